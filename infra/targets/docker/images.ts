import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

/** An official image, pulled once and left on the host: others may use it, and it is not ours. */
export const pullImage = (name: string, image: string, parent: pulumi.Resource): docker.RemoteImage =>
  new docker.RemoteImage(`${name}-image`, { name: image, keepLocally: true }, { parent });

/** User and group of the official ClickHouse images. */
export const CLICKHOUSE_USER = "101";

/** User `appuser` of the official Kafka image, whose files belong to it and to group `root`; without rights, so does root. */
export const KAFKA_USER = "1000";
export const KAFKA_GROUP = "0";

/** User and group `node` of the official Node.js images. */
export const NODE_USER = "1000";

/**
 * What the official ClickHouse images need to start as root, take ownership of their volumes, and go on as their
 * own user.
 */
export const SWITCH_USER = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"] as const;
