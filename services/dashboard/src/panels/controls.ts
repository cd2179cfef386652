import type { SymbolInfo } from "../api.ts";
import { byId } from "../dom.ts";
import { formatCount } from "../format.ts";
import { hoursBefore, type Inputs } from "../inputs.ts";

export interface Controls {
  read(): Inputs;
  write(inputs: Inputs): void;
  /** Marks the inputs of these parameters as wrong until the next write. */
  mark(parameters: readonly string[]): void;
  /** Fills the symbol's suggestions. */
  suggest(symbols: readonly SymbolInfo[]): void;
}

/**
 * Wires the form; `onApply` is called with its values when the user wants to see them. The range buttons go back from
 * the newest tick: the symbol list's, or `lastMinute` where the chart has got further since.
 */
export function createControls(
  onApply: (inputs: Inputs) => void,
  lastMinute: () => string | undefined,
): Controls {
  const form = byId("controls", HTMLFormElement);
  const field = (id: string) => byId(id, HTMLInputElement);
  let known: readonly SymbolInfo[] = [];

  const read = (): Inputs => ({
    symbol: field("symbol").value.trim(),
    from: field("from").value,
    to: field("to").value,
    limit: Number(field("limit").value),
  });
  const mark = (parameters: readonly string[]): void => {
    for (const id of ["symbol", "from", "to", "limit"])
      field(id).setAttribute("aria-invalid", String(parameters.includes(id)));
  };
  const write = (inputs: Inputs): void => {
    mark([]);
    field("symbol").value = inputs.symbol;
    field("from").value = inputs.from;
    field("to").value = inputs.to;
    field("limit").value = String(inputs.limit);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    onApply(read());
  });
  for (const button of form.querySelectorAll<HTMLButtonElement>("button[data-hours]")) {
    button.addEventListener("click", () => {
      const hours = Number(button.dataset["hours"]);
      const inputs = read();
      const listed = known.find(({ symbol }) => symbol === inputs.symbol)?.lastEventTime ?? "";
      const newest = [listed, lastMinute() ?? ""].sort().at(-1) || new Date().toISOString();
      // Bars fill the range: one a minute, as many as the API gives at once.
      const limit = hours === 0 ? 10_000 : Math.max(inputs.limit, hours * 60);
      write({ ...inputs, from: hours === 0 ? "" : hoursBefore(newest, hours), to: "", limit });
      form.requestSubmit();
    });
  }

  return {
    read,
    write,
    mark,
    suggest(symbols) {
      known = symbols;
      byId("symbols", HTMLDataListElement).replaceChildren(
        ...symbols.map(({ symbol, exchanges, ticks }) => {
          const option = document.createElement("option");
          option.value = symbol;
          option.label = `${exchanges.join(", ")} · ${formatCount(ticks)} ticks`;
          return option;
        }),
      );
    },
  };
}
