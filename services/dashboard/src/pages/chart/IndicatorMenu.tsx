import { useRef, useState } from "preact/hooks";
import { indicatorColor } from "../../chart/indicatorSeries.ts";
import {
  INDICATOR_KINDS,
  INDICATOR_NAMES,
  type Indicator,
  type IndicatorKind,
  type IndicatorName,
  MAX_INDICATORS,
  writeIndicator,
} from "../../chart/indicators.ts";
import { navigate } from "../../state/store.ts";

/** Puts indicators on the chart and takes them off. */
export function IndicatorMenu({ active }: { active: readonly Indicator[] }) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const ids = active.map(({ id }) => id);
  const set = (next: readonly string[]): void => navigate({ indicators: next }, "replace");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: closes the menu when focus or Escape leaves it
    <div
      ref={root}
      class="menu"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        setOpen(false);
        root.current?.querySelector("button")?.focus();
      }}
      onFocusOut={({ relatedTarget }) => {
        if (relatedTarget instanceof Node && !root.current?.contains(relatedTarget)) setOpen(false);
      }}
    >
      <button
        type="button"
        aria-expanded={open}
        aria-controls="indicator-menu"
        data-testid="indicators-button"
        onClick={() => setOpen(!open)}
      >
        Indicators
      </button>
      {active.map(({ id, title }, index) => (
        <button
          key={id}
          type="button"
          class={`chip swatch ${indicatorColor(index)}`}
          aria-label={`Remove ${title}`}
          onClick={() => set(ids.filter((each) => each !== id))}
        >
          {title} <span aria-hidden="true">×</span>
        </button>
      ))}
      <div id="indicator-menu" class="popover" hidden={!open}>
        {INDICATOR_NAMES.map((name) => (
          <IndicatorForm
            key={name}
            name={name}
            full={ids.length >= MAX_INDICATORS}
            onAdd={(id) => !ids.includes(id) && set([...ids, id])}
          />
        ))}
      </div>
    </div>
  );
}

interface IndicatorFormProps {
  readonly name: IndicatorName;
  readonly full: boolean;
  readonly onAdd: (id: string) => void;
}

function IndicatorForm({ name, full, onAdd }: IndicatorFormProps) {
  const kind: IndicatorKind = INDICATOR_KINDS[name];
  const [numbers, setNumbers] = useState(kind.parameters.map(({ initial }) => initial));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onAdd(writeIndicator(name, numbers));
      }}
    >
      <span class="popover-name">{kind.label}</span>
      {kind.parameters.map(({ label }, index) => (
        <input
          key={label}
          type="number"
          required
          min={1}
          max={500}
          aria-label={`${kind.label}: ${label}`}
          title={label}
          value={numbers[index]}
          onInput={({ currentTarget }) =>
            setNumbers(numbers.map((each, at) => (at === index ? Number(currentTarget.value) : each)))
          }
        />
      ))}
      <button type="submit" disabled={full} aria-label={`Add ${kind.label}`} data-testid={`add-${name}`}>
        Add
      </button>
    </form>
  );
}
