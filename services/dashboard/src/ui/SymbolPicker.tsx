import { useId, useState } from "preact/hooks";
import { formatCount, formatMinute } from "../format.ts";
import { navigate, view } from "../state/store.ts";
import { findSymbols, symbols } from "../state/symbols.ts";

/** As many suggestions as are shown. */
const SHOWN = 50;

/**
 * Chooses the symbol: an editable combobox with a list, by the keys of the ARIA Authoring Practices Guide
 * (w3.org/WAI/ARIA/apg/patterns/combobox): arrows move, Enter takes, Escape gives up. A symbol that nobody knows yet
 * may be typed as well. `/` focuses it from anywhere on the page.
 */
export function SymbolPicker() {
  const id = useId();
  const [text, setText] = useState<string>();
  const [active, setActive] = useState(-1);
  const { symbol } = view.value;
  const open = text !== undefined;
  // Opened without a word typed, it shows everything.
  const found = open ? findSymbols(symbols.value ?? [], text === symbol ? "" : text).slice(0, SHOWN) : [];
  const optionId = (index: number): string => `${id}-${index}`;

  const close = (): void => {
    setText(undefined);
    setActive(-1);
  };
  const take = (chosen: string): void => {
    close();
    if (chosen !== "" && chosen !== symbol) navigate({ symbol: chosen, from: "", to: "" });
  };
  const move = (step: number): void => {
    if (!open) setText(symbol);
    setActive((before) => (found.length === 0 ? -1 : (before + step + found.length) % found.length));
    document.getElementById(optionId(active + step))?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(active === -1 ? 0 : -1);
    else if (event.key === "Enter") take(found[active]?.symbol ?? (text ?? symbol).trim());
    else if (event.key === "Escape" && open) close();
    else return;
    event.preventDefault();
  };

  return (
    <div class="picker">
      <label class="hidden" for={id}>
        Symbol
      </label>
      <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="7" cy="7" r="4.2" />
        <path d="m10.2 10.2 3.3 3.3" />
      </svg>
      <input
        id={id}
        data-testid="symbol-input"
        role="combobox"
        aria-expanded={open && found.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 && active < found.length ? optionId(active) : undefined}
        aria-keyshortcuts="/"
        autocomplete="off"
        spellcheck={false}
        maxLength={32}
        placeholder="Symbol"
        value={text ?? symbol}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setActive(-1);
        }}
        onClick={() => setText(text ?? symbol)}
        onFocus={({ currentTarget }) => currentTarget.select()}
        onBlur={close}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} role="listbox" aria-label="Symbols" class="options" hidden={found.length === 0}>
        {found.map((info, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input, as the pattern asks
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input has the keys
          <div
            key={info.symbol}
            id={optionId(index)}
            role="option"
            aria-selected={index === active}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(info.symbol)}
          >
            <b>{info.symbol}</b>
            <span class="options-more">{info.exchanges.join(", ")}</span>
            <small class="options-more">
              {formatCount(info.ticks)} ticks · {formatMinute(info.lastEventTime)}
            </small>
          </div>
        ))}
      </div>
    </div>
  );
}
