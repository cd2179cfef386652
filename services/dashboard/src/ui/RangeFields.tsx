import { useId, useLayoutEffect, useState } from "preact/hooks";
import { navigate, view } from "../state/store.ts";
import { symbols } from "../state/symbols.ts";
import { hoursBefore, parseTime, showTime } from "../state/view.ts";

/** Ranges that end at the newest tick, hours; 0 is everything. */
const PRESETS = [
  ["1h", 1],
  ["6h", 6],
  ["1d", 24],
  ["7d", 168],
  ["All", 0],
] as const;

/**
 * From and to, UTC. Typed as they are shown, because the browser's own date input follows the system's language, twelve
 * hours included; applied by Enter or by leaving the field, so that a half-typed date asks for nothing.
 */
export function RangeFields() {
  const { from, to, symbol } = view.value;
  const [draft, setDraft] = useState({ from: showTime(from), to: showTime(to) });
  // Each field follows its own part of the view, before the next key: what is being typed in the other one stays.
  useLayoutEffect(() => setDraft((other) => ({ ...other, from: showTime(from) })), [from]);
  useLayoutEffect(() => setDraft((other) => ({ ...other, to: showTime(to) })), [to]);
  const id = useId();
  const read = { from: parseTime(draft.from), to: parseTime(draft.to) };
  const wrong = findWrong(read);
  const apply = (): void => {
    if (read.from === undefined || read.to === undefined || wrong !== undefined) return;
    if (read.from !== from || read.to !== to) navigate({ from: read.from, to: read.to });
  };
  const newest =
    symbols.value?.find((info) => info.symbol === symbol)?.lastEventTime ?? new Date().toISOString();
  const field = (name: "from" | "to", label: string, placeholder: string) => (
    <label class="field">
      <span>{label}</span>
      <input
        data-testid={`${name}-input`}
        placeholder={placeholder}
        autocomplete="off"
        spellcheck={false}
        maxLength={19}
        title="UTC: 2025-11-10 17:23, or 2025-11-10"
        aria-invalid={wrong?.field === name}
        aria-describedby={wrong?.field === name ? id : undefined}
        value={draft[name]}
        onInput={({ currentTarget: { value } }) => setDraft((other) => ({ ...other, [name]: value }))}
        onBlur={apply}
        onKeyDown={(event) => event.key === "Enter" && apply()}
      />
    </label>
  );
  return (
    <fieldset class="range">
      <legend class="hidden">Range of time, UTC</legend>
      {field("from", "From", "the beginning")}
      {field("to", "To", "now")}
      <div class="presets">
        {PRESETS.map(([label, hours]) => (
          <button
            key={label}
            type="button"
            title={hours === 0 ? "Everything" : `The last ${label} of ticks`}
            onClick={() => navigate({ from: hours === 0 ? "" : hoursBefore(newest, hours), to: "" })}
          >
            {label}
          </button>
        ))}
      </div>
      {wrong !== undefined && (
        <p class="field-error" id={id} role="alert">
          {wrong.text}
        </p>
      )}
    </fieldset>
  );
}

/** The first field that can't be applied, and why. */
function findWrong(read: { readonly from: string | undefined; readonly to: string | undefined }) {
  const accepted = "a time in UTC such as 2025-11-10 17:23, or a date, or nothing";
  if (read.from === undefined) return { field: "from", text: `“From” takes ${accepted}.` } as const;
  if (read.to === undefined) return { field: "to", text: `“To” takes ${accepted}.` } as const;
  if (read.from !== "" && read.to !== "" && read.from >= read.to)
    return { field: "to", text: "“To” has to be after “From”." } as const;
  return undefined;
}
