import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { renderKeeperConfig } from "../../clickhouse/keeper.ts";
import { METRICS_PORTS } from "../../monitoring/ports.ts";
import { TLS_FILES } from "../../tls/files.ts";
import type { ServerIdentity } from "../../tls/tls.ts";
import { KEEPER_PORT, KEEPER_SECURE_PORT, type Keeper } from "../../topology.ts";
import { CLICKHOUSE_USER, SWITCH_USER } from "./images.ts";
import { createServer, type Host } from "./server.ts";
import { TLS_VOLUME, tlsFiles } from "./tls.ts";

export interface KeeperArgs {
  readonly keeper: Keeper;
  readonly ensemble: readonly Keeper[];
  readonly image: pulumi.Output<string>;
  /** Where it is reached over TLS. */
  readonly tls:
    | { readonly identity: ServerIdentity; readonly authorities: pulumi.Output<string> }
    | undefined;
}

/** One member of the Keeper ensemble. Not published: only the ClickHouse nodes talk to it. */
export function createKeeper(
  host: Host,
  { keeper, ensemble, image, tls }: KeeperArgs,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  return createServer(
    host,
    {
      name: keeper.name,
      role: "keeper",
      image,
      volumes: { data: "/var/lib/clickhouse-keeper", etc: "/etc/clickhouse-keeper", ...(tls && TLS_VOLUME) },
      scratch: ["/tmp", "/run", "/var/log/clickhouse-keeper"],
      files: [
        {
          path: "/etc/clickhouse-keeper/keeper_config.xml",
          content: renderKeeperConfig(keeper, ensemble, {
            tls: tls && TLS_FILES,
            metricsPort: METRICS_PORTS.keeper,
          }),
          owner: CLICKHOUSE_USER,
        },
        ...(tls ? tlsFiles(tls.authorities, tls.identity, CLICKHOUSE_USER) : []),
      ],
      publish: [],
      // What has no client of TLS can see that it listens, no more.
      health: tls
        ? `nc -z -w 2 127.0.0.1 ${KEEPER_SECURE_PORT}`
        : `echo ruok | nc -w 2 127.0.0.1 ${KEEPER_PORT} | grep -q imok`,
      memoryMb: 768,
      stopSeconds: 30,
      readOnlyRoot: true,
      capabilities: SWITCH_USER,
    },
    opts,
  );
}
