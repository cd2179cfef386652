import { Fragment } from "preact";
import type { WholeDeadLetter } from "../../api/types.ts";
import { formatSecond } from "../../format.ts";
import { useAnswer } from "../../state/useAnswer.ts";
import { Answered } from "../../ui/Answered.tsx";
import { Dialog } from "../../ui/Dialog.tsx";

interface DeadLetterDialogProps {
  readonly place: string;
  readonly onClose: () => void;
  readonly onReplay: () => void;
}

/** One dead letter with its whole message. */
export function DeadLetterDialog({ place, onClose, onReplay }: DeadLetterDialogProps) {
  const answer = useAnswer<WholeDeadLetter>(`/dead-letters/${place}`, {});
  return (
    <Dialog
      title={`Dead letter ${place}`}
      onClose={onClose}
      actions={
        <button
          type="button"
          class="primary"
          onClick={() => {
            onClose();
            onReplay();
          }}
        >
          Replay…
        </button>
      }
    >
      <Answered answer={answer} what="the message">
        {(letter) => (
          <>
            <dl class="facts">
              <dt>Cause</dt>
              <dd data-testid="letter-error">{letter.error}</dd>
              <dt>Came</dt>
              <dd>{formatSecond(letter.time)} UTC</dd>
              <dt>Topic</dt>
              <dd>{letter.topic}</dd>
              <dt>Replayed</dt>
              <dd>
                {letter.replays === 0
                  ? "never"
                  : `${letter.replays} times, last ${formatSecond(letter.replayedAt ?? "")} UTC`}
              </dd>
              {letter.replayOf !== null && (
                <>
                  <dt>Replay of</dt>
                  <dd>{letter.replayOf}</dd>
                </>
              )}
              {letter.became.map(({ kind, place: at, time, tick, error }) => (
                <Fragment key={at}>
                  <dt>Became</dt>
                  <dd data-testid="letter-became" data-value={kind}>
                    {kind === "stored" ? `the tick ${tick}` : `dead letter ${at}: ${error}`},{" "}
                    {formatSecond(time)} UTC
                  </dd>
                </Fragment>
              ))}
            </dl>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
            <pre tabIndex={0} data-testid="letter-message">
              {letter.text ?? letter.message}
            </pre>
            {letter.base64 !== null && (
              <>
                <p class="muted">The message is no UTF-8; its bytes in base64:</p>
                {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
                <pre tabIndex={0}>{letter.base64}</pre>
              </>
            )}
          </>
        )}
      </Answered>
    </Dialog>
  );
}
