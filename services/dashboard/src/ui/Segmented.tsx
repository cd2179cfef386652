interface SegmentedProps<Option extends string> {
  readonly legend: string;
  readonly options: readonly Option[];
  readonly value: Option;
  readonly onChange: (option: Option) => void;
  readonly labelOf?: (option: Option) => string;
  readonly testId?: string;
}

/** One choice of few: radio buttons in a row, so that the arrow keys work as everywhere. */
export function Segmented<Option extends string>({
  legend,
  options,
  value,
  onChange,
  labelOf = (option) => option,
  testId,
}: SegmentedProps<Option>) {
  return (
    <fieldset class="segmented" data-testid={testId}>
      <legend class="hidden">{legend}</legend>
      {options.map((option) => (
        <label key={option}>
          <input
            type="radio"
            name={legend}
            value={option}
            checked={option === value}
            onChange={() => onChange(option)}
          />
          <span>{labelOf(option)}</span>
        </label>
      ))}
    </fieldset>
  );
}
