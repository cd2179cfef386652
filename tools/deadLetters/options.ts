import { InvalidArgumentError, Option } from "commander";
import { isObjectText, PARTITION_END } from "../../services/deadLetters/src/index.ts";

/** A whole number from `min` to `max`, as an option's value. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    if (/^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(`accepted: a whole number from ${min} to ${max}`);
  };

/** A moment, as an option's value. */
export function moment(text: string): Date {
  const date = new Date(/[Z+]|-\d\d:?\d\d$/.test(text) || !text.includes("T") ? text : `${text}Z`);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError("accepted: a UTC time or day, 2025-11-14T19:25:17Z or 2025-11-14");
}

/** A JSON object, as an option's value: kept as it is written. */
export function objectText(text: string): string {
  if (isObjectText(text)) return text;
  throw new InvalidArgumentError(
    "accepted: a tick as one JSON object in one line, in single quotes for the shell",
  );
}

/** The options that say which dead letters are meant. */
export const filterOptions = (): Option[] => [
  new Option("--cause <text>", "only those whose cause contains this, in whatever case"),
  new Option("--partition <number>", "only those of this partition").argParser(
    wholeNumber(0, PARTITION_END - 1),
  ),
  new Option("--since <time>", "only those that were read at this time or later").argParser(moment),
];
