import { byId } from "../dom.ts";

const STORED_AS = "tickhouse-api-key";

export interface KeyForm {
  readonly read: () => string | undefined;
  ask(): void;
}

/** Asks for the API key when the API wants one, and keeps it for this tab only. */
export function createKeyForm(onKey: () => void): KeyForm {
  const form = byId("key-form", HTMLFormElement);
  const input = byId("key", HTMLInputElement);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sessionStorage.setItem(STORED_AS, input.value);
    input.value = "";
    form.hidden = true;
    onKey();
  });
  return {
    read: () => sessionStorage.getItem(STORED_AS) ?? undefined,
    ask() {
      if (!form.hidden) return;
      form.hidden = false;
      input.focus();
    },
  };
}
