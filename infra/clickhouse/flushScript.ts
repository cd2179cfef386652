/** What `flushTables` does, for a node that has to do it by itself: the statements come from the node's own tables. */
const STATEMENTS = `SELECT multiIf(
    engine = 'Kafka', concat('DETACH TABLE ', name, ' SYNC'),
    engine = 'Buffer', concat('OPTIMIZE TABLE ', name),
    concat('SYSTEM FLUSH DISTRIBUTED ', name))
  FROM system.tables WHERE database = currentDatabase() AND engine IN ('Kafka', 'Buffer', 'Distributed')
  ORDER BY indexOf(['Kafka', 'Buffer', 'Distributed'], engine) FORMAT TSVRaw`;

export interface FlushScriptArgs {
  readonly httpPort: number;
  /** Path of the authorities by which the node is verified, where the port is over TLS. */
  readonly authoritiesFile?: string;
  readonly database: string;
  readonly user: string;
  /** Path of the file with its password. */
  readonly passwordFile: string;
  /** Longest time that one statement may take. */
  readonly timeoutSeconds: number;
}

/**
 * Renders a shell script that brings a node to rest from inside of its container, with nothing but `sh` and `wget`. One
 * statement that fails does not keep the others from running: what stops the node does not wait for longer. Pure.
 */
export const renderFlushScript = (args: FlushScriptArgs): string => `key=$(cat ${args.passwordFile})
query() {
  wget -q -O - -T ${args.timeoutSeconds} -t 1 ${trust(args)}--header 'X-ClickHouse-User: ${args.user}' --header "X-ClickHouse-Key: $key" \\
    --post-data "$1" '${address(args)}/?database=${args.database}'
}
query "${STATEMENTS.replace(/\s+/g, " ")}" | while read -r statement; do
  query "$statement" || echo "failed: $statement"
done
`;

const trust = ({ authoritiesFile }: FlushScriptArgs): string =>
  authoritiesFile === undefined ? "" : `--ca-certificate=${authoritiesFile} `;

const address = ({ authoritiesFile, httpPort }: FlushScriptArgs): string =>
  authoritiesFile === undefined ? `http://127.0.0.1:${httpPort}` : `https://localhost:${httpPort}`;
