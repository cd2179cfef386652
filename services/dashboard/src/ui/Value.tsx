interface ValueProps {
  /** Name that a browser test reads it by. */
  readonly id: string;
  /** Raw value, kept in `data-value`; undefined or null shows a dash. */
  readonly value: number | string | boolean | null | undefined;
  /** How it reads; the value itself when left out. */
  readonly text?: string | undefined;
  readonly class?: string | undefined;
}

/** A number on the page. */
export function Value({ id, value, text, class: name }: ValueProps) {
  const known = value !== undefined && value !== null;
  return (
    <span class={name} data-testid={id} data-value={known ? String(value) : undefined}>
      {known ? (text ?? String(value)) : "–"}
    </span>
  );
}

export interface Figure extends ValueProps {
  readonly label: string;
  /** More about it, in small. */
  readonly note?: string | undefined;
}

/** Figures beside each other, each with its name. */
export function Figures({ items, large = false }: { items: readonly Figure[]; large?: boolean }) {
  return (
    <dl class={large ? "figures large" : "figures"}>
      {items.map(({ label, note, ...value }) => (
        <div key={value.id}>
          <dt>{label}</dt>
          <dd>
            <Value {...value} />
            {note !== undefined && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
