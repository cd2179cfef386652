/** Name of the file for a variable that is to hold a path: `CLICKHOUSE_PASSWORD_FILE` -> `clickhouse-password`. Pure. */
export const secretFile = (variable: string): string =>
  variable
    .replace(/_FILE$/, "")
    .toLowerCase()
    .replaceAll("_", "-");
