import { useState } from "preact/hooks";
import type { ReplayAnswer, WholeDeadLetter } from "../../api/types.ts";
import { formatCount } from "../../format.ts";
import { api } from "../../state/session.ts";
import { useAnswer } from "../../state/useAnswer.ts";
import { Problem } from "../../ui/Answered.tsx";
import { Dialog } from "../../ui/Dialog.tsx";

interface ReplayDialogProps {
  /** What to send again, at least one. */
  readonly places: readonly string[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Asks before messages are sent again; a single one may be put right first. */
export function ReplayDialog({ places, onClose, onDone }: ReplayDialogProps) {
  const [only, ...others] = places;
  const single = others.length === 0;
  const letter = useAnswer<WholeDeadLetter>(`/dead-letters/${only}`, {}, { enabled: single });
  const [text, setText] = useState<string>();
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<unknown>();
  const [sent, setSent] = useState<number>();
  const [again, setAgain] = useState(false);
  const original = letter.data?.text ?? "";
  const binary = letter.data !== undefined && letter.data.text === null;

  const replay = async (): Promise<void> => {
    setSending(true);
    setError(undefined);
    try {
      const corrected = text !== undefined && text !== original ? { text } : {};
      const body = { places, again, ...corrected };
      const answer = await api.post<ReplayAnswer>("/dead-letters/replay", body, new AbortController().signal);
      setSent(answer.replayed.length);
      onDone();
    } catch (failure) {
      setError(failure);
    } finally {
      setSending(false);
    }
  };

  return (
    <Dialog
      title={single ? `Replay ${only}` : `Replay ${formatCount(places.length)} dead letters`}
      onClose={onClose}
      closeLabel={sent === undefined ? "Cancel" : "Close"}
      actions={
        sent === undefined && (
          <button
            type="button"
            class="primary"
            data-testid="replay-confirm"
            disabled={sending}
            onClick={() => void replay()}
          >
            {sending ? "Sending…" : "Send again"}
          </button>
        )
      }
    >
      {error !== undefined && <Problem error={error} />}
      {sent === undefined ? (
        <>
          <p>
            {single ? "The message is" : "The messages are"} written to the topic once more. What still can’t
            be read becomes a dead letter again; nothing is deleted.
          </p>
          {single && !binary && (
            <label class="field">
              <span>Message; correct it here if need be</span>
              <textarea
                rows={8}
                spellcheck={false}
                data-testid="replay-text"
                value={text ?? original}
                onInput={({ currentTarget }) => setText(currentTarget.value)}
              />
            </label>
          )}
          <label class="check">
            <input
              type="checkbox"
              checked={again}
              onChange={({ currentTarget }) => setAgain(currentTarget.checked)}
            />
            <span>Also what was replayed already</span>
          </label>
          {binary && <p class="muted">The message is no UTF-8 and is sent as it came.</p>}
        </>
      ) : (
        <p class="verdict" data-state="good" role="status" data-testid="replay-done" data-value={sent}>
          {formatCount(sent)} sent again. They show up in the stages within seconds.
        </p>
      )}
    </Dialog>
  );
}
