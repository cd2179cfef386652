/** The element with this id. @throws when the page and the script do not fit together */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`index.html has no ${type.name} with id ${id}`);
}

/** The element that a browser test reads by this name. */
export function byTestId(name: string): HTMLElement {
  const element = document.querySelector(`[data-testid="${name}"]`);
  if (element instanceof HTMLElement) return element;
  throw new Error(`index.html has no element with data-testid ${name}`);
}

/** Shows a value for people and keeps the raw one in `data-value`; without a value, a dash. */
export function show(element: HTMLElement, value: number | string | boolean | undefined, text: string): void {
  if (value === undefined) {
    delete element.dataset["value"];
    element.textContent = "–";
    return;
  }
  element.dataset["value"] = String(value);
  element.textContent = text;
}

/** The shortest bar that can be seen. */
const MIN_SHARE = 0.008;

/** Sets a bar's length, as a share of its track; what is not nothing stays visible. */
export function setShare(element: HTMLElement, part: number): void {
  const shown = part > 0 ? Math.min(1, Math.max(MIN_SHARE, part)) : 0;
  element.style.width = `${shown * 100}%`;
}

/** What to tell the user about an error. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
