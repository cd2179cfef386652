import type * as pulumi from "@pulumi/pulumi";
import type { Bundle } from "../bundles.ts";
import type { Connection } from "../clickhouse/connection.ts";
import type { ConsumerLogin } from "../clickhouse/server.ts";
import type { Passwords } from "../clickhouse/users/passwords.ts";
import type { Config } from "../config.ts";
import type { KafkaConnection } from "../kafka/connection.ts";
import type { Storage } from "../storage/storage.ts";
import type { Tls } from "../tls/tls.ts";
import type { Node, Topology } from "../topology.ts";

/** What every target is made from. */
export interface TargetArgs {
  readonly config: Config;
  readonly topology: Topology;
  readonly stack: string;
  /** Root of the checkout. */
  readonly root: string;
  /** Certificates, and which parts are served with them. */
  readonly tls: Tls;
  readonly parent: pulumi.Resource;
}

/**
 * A place where the warehouse runs. The program says what is wanted; a target makes it of its own resources.
 * A target never imports another one, and knows nothing of the schema.
 */
export interface Target {
  /** One or more Kafka brokers that answer. */
  createKafka(args: KafkaArgs): Kafka;
  /** All ClickHouse nodes (and what coordinates them), answering, without a schema. */
  createClickHouse(args: ClickHouseArgs): readonly ClickHouseNode[];
  /** One of our own services, ready. */
  createService(args: ServiceArgs): Service;
  /** A Prometheus that reads everybody's metrics, and a Grafana that shows them. Absent where a target has none. */
  createMonitoring?(args: MonitoringArgs): Monitoring;
}

export interface KafkaArgs {
  /** Password of the brokers themselves, and of the program. */
  readonly password: pulumi.Output<string>;
  /** Users that log in with PLAIN, and their passwords: a broker has them in a file. */
  readonly plainUsers: pulumi.Output<Readonly<Record<string, string>>>;
}

export interface Kafka {
  /** For clients outside of the target: `host:port`, comma-separated. */
  readonly bootstrap: pulumi.Output<string>;
  /** For ClickHouse and the services. */
  readonly internalBootstrap: pulumi.Output<string>;
  /** How the program reaches it. */
  readonly connection: pulumi.Output<KafkaConnection>;
  readonly brokers: number;
  /** The brokers themselves. */
  readonly resources: readonly pulumi.Resource[];
}

export interface ClickHouseArgs {
  readonly topology: Topology;
  readonly kafka: Kafka;
  readonly topic: string;
  /** Consumer group of all nodes. */
  readonly consumerGroup: string;
  /** Who the consumers are for Kafka. */
  readonly kafkaLogin: pulumi.Output<ConsumerLogin>;
  readonly database: string;
  readonly passwords: Passwords;
  /** What each node has beside its own disk. */
  readonly storage: pulumi.Output<Storage>;
}

export interface ClickHouseNode {
  readonly node: Node;
  /** How the program reaches it as the owner. */
  readonly connection: pulumi.Output<Connection>;
  /** For clients outside of the target. */
  readonly httpUrl: pulumi.Output<string>;
  /** For the services. */
  readonly internalUrl: pulumi.Output<string>;
  /** What goes when the node goes. */
  readonly resource: pulumi.Resource;
}

export interface ServiceArgs {
  readonly name: "producer" | "bars" | "api";
  readonly bundle: Bundle;
  /** Arguments behind the bundle. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, pulumi.Input<string>>>;
  /** Secrets by the environment variable that is to hold the path of a file with it. */
  readonly secretFiles: Readonly<Record<string, pulumi.Input<string>>>;
  /** Static files by the environment variable that is to hold their folder. */
  readonly folders: Readonly<Record<string, Bundle>>;
  /** What it listens on; undefined for a service that does not. */
  readonly listen?: ServiceListen;
  /** It starts when these are there. */
  readonly dependsOn: readonly pulumi.Resource[];
}

export interface MonitoringArgs {
  /** Our own services that there are. */
  readonly services: readonly ServiceArgs["name"][];
  /** Of Grafana's user `admin`. */
  readonly grafanaPassword: pulumi.Output<string>;
}

/** For clients on this machine. */
export interface Monitoring {
  readonly prometheusUrl: string;
  readonly grafanaUrl: string;
}

export interface ServiceListen {
  /** Environment variables that tell it where to listen. */
  readonly hostVariable: string;
  readonly portVariable: string;
  /** Those that tell it where its certificate and key lie, if it is to serve TLS; it reads them again when they change. */
  readonly certificateVariable: string;
  readonly keyVariable: string;
  /** Answers 2xx when the service is ready. */
  readonly readyPath: string;
  /** Answers 2xx while the process lives, whatever it lacks. */
  readonly livePath: string;
}

export interface Service {
  /** For clients outside of the target; empty for one that does not listen. */
  readonly url: pulumi.Output<string>;
  readonly resource: pulumi.Resource;
}
