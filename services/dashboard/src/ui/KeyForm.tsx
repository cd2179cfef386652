import { useEffect, useRef } from "preact/hooks";
import { giveKey } from "../state/session.ts";

/** Asks for the API key; it is kept until the tab is closed. */
export function KeyForm() {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <form
      class="notice"
      data-kind="key"
      aria-label="API key"
      onSubmit={(event) => {
        event.preventDefault();
        if (input.current !== null && input.current.value !== "") giveKey(input.current.value);
      }}
    >
      <label class="field">
        <span>This API asks for a key. It stays in this tab and is forgotten when the tab is closed.</span>
        <input ref={input} data-testid="key-input" type="password" autocomplete="off" required />
      </label>
      <button class="primary" type="submit" data-testid="key-button">
        Use key
      </button>
    </form>
  );
}
