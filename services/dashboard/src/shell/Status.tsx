import { keyNeeded, reachable, streamState } from "../state/session.ts";
import { visible } from "../state/store.ts";
import { Countdown } from "../ui/Countdown.tsx";

type Tone = "good" | "busy" | "bad" | "idle";

/** Whether what is on the screen is as new as it can be. */
export function Status() {
  const { tone, text, retryAt } = describe();
  return (
    <p class="status" data-testid="status" data-state={tone} role="status">
      <i aria-hidden="true" />
      <span>
        {text}
        {retryAt !== undefined && <Countdown until={retryAt} before=" · " />}
      </span>
    </p>
  );
}

function describe(): { tone: Tone; text: string; retryAt?: number } {
  if (!visible.value) return { tone: "idle", text: "Paused" };
  if (keyNeeded.value) return { tone: "bad", text: "Key needed" };
  if (!reachable.value) return { tone: "bad", text: "Offline" };
  const stream = streamState.value;
  if (stream === undefined) return { tone: "good", text: "Connected" };
  if (stream.kind === "open") return { tone: "good", text: "Live" };
  if (stream.kind === "connecting") return { tone: "busy", text: "Connecting" };
  if (stream.kind === "waiting") return { tone: "busy", text: "Reconnecting", retryAt: stream.retryAt };
  return { tone: "bad", text: "Not live" };
}
