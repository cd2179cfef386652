import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { requireBundle } from "./bundles.ts";
import type { Passwords } from "./clickhouse/users/passwords.ts";
import { type Config, needsApiKey } from "./config.ts";
import { CONSUMER_GROUP, TOPIC } from "./kafka/names.ts";
import { consumerMechanism } from "./kafka/settings.ts";
import { Topic } from "./kafka/topic.ts";
import type { KafkaUser } from "./kafka/user.ts";
import { consumerLogin, createUsers, nameUsers, plainUsers, type ServiceLogins } from "./kafka/users.ts";
import { readSqlFiles } from "./schema/files.ts";
import { schemaNames, settleMs } from "./schema/names.ts";
import { renderSchema, withoutReplication } from "./schema/render.ts";
import { Schema } from "./schema/schema.ts";
import { renderApiKeys } from "./secrets/apiKeys.ts";
import { RandomSecret } from "./secrets/randomSecret.ts";
import { ArchivePlace } from "./storage/archivePlace.ts";
import { backupFolder } from "./storage/backupFolder.ts";
import { type Storage, storageOf } from "./storage/storage.ts";
import type { TargetFactory } from "./targets/index.ts";
import type { ClickHouseNode, Kafka, Monitoring, Service, Target } from "./targets/target.ts";
import { Tls } from "./tls/tls.ts";
import { createTopology, shardsOf, type Topology } from "./topology.ts";

const DATABASE = "tickhouse";

/** The whole warehouse on one target. */
export class Warehouse extends pulumi.ComponentResource {
  readonly topic = TOPIC;
  readonly kafka: Kafka;
  /** Whether brokers are reached over TLS. */
  readonly kafkaTls: boolean;
  readonly nodes: readonly ClickHouseNode[];
  readonly api: Service;
  readonly apiKey: pulumi.Output<string>;
  /** Where the stack watches itself; undefined where nobody asked for it. */
  readonly monitoring: Monitoring | undefined;
  readonly grafanaPassword: pulumi.Output<string>;
  /** Certificates of the authorities by which servers are verified, PEM; empty where nothing is served over TLS. */
  readonly caCertificate: pulumi.Output<string>;

  private readonly topology: Topology;
  private readonly target: Target;
  private readonly tls: Tls;

  constructor(
    name: string,
    private readonly root: string,
    private readonly config: Config,
    createTarget: TargetFactory,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("tickhouse:index:Warehouse", name, {}, opts);
    this.topology = createTopology({
      ...config,
      replicasPerShard: config.replicas,
      keepers: config.target === "local" ? 0 : config.keepers,
    });
    const common = { config, topology: this.topology, stack: pulumi.getStack(), root, parent: this };
    this.tls = new Tls(common);
    this.caCertificate = this.tls.authorities;
    this.kafkaTls = this.tls.on("kafka");
    this.target = createTarget({ ...common, tls: this.tls });
    const passwords = this.createPasswords();
    this.apiKey = needsApiKey(config) ? this.secret("api-key") : pulumi.secret("");

    const logins = nameUsers(config.secretsVersion, (secret) => this.secret(secret));
    const mechanism = consumerMechanism(config);
    this.kafka = this.target.createKafka({
      password: this.serverSecret("kafka-password"),
      plainUsers: plainUsers(logins, mechanism),
    });
    const { connection: kafka, resources: brokers } = this.kafka;
    const inKafka = { parent: this, dependsOn: [...brokers], ...goesWith(brokers[0]) };
    const topic = this.createTopic(inKafka);
    const users = createUsers(
      logins,
      mechanism,
      { kafka, brokersVersion: config.serverSecretsVersion },
      inKafka,
    );
    this.nodes = this.target.createClickHouse({
      topology: this.topology,
      kafka: this.kafka,
      topic: TOPIC,
      consumerGroup: CONSUMER_GROUP,
      kafkaLogin: consumerLogin(logins, mechanism),
      database: DATABASE,
      passwords,
      storage: this.createStorage(),
    });
    const schema = this.createSchema(topic, users);
    this.createBars(passwords, schema);
    this.api = this.createApi(passwords, logins, schema);
    const simulated = config.producer === "simulate";
    if (simulated) this.createProducer(logins, schema);
    this.grafanaPassword =
      config.monitoring === "stack" ? this.secret("grafana-password") : pulumi.secret("");
    if (config.monitoring === "stack")
      this.monitoring = this.target.createMonitoring?.({
        services: ["api", "bars", ...(simulated ? (["producer"] as const) : [])],
        grafanaPassword: this.grafanaPassword,
      });
    this.registerOutputs({});
  }

  private createPasswords(): Passwords {
    const { secretsVersion } = this.config;
    const owner = new RandomSecret("owner-password", secretsVersion, { parent: this });
    return {
      owner: owner.value,
      previousOwner: owner.previous,
      ingest: this.secret("ingest-password"),
      api: this.secret("api-password"),
      audit: this.secret("audit-password"),
      bars: this.secret("bars-password"),
      replay: this.secret("replay-password"),
      backup: this.secret("backup-password"),
      cluster: this.serverSecret("cluster-secret"),
    };
  }

  /** Known once the archive was found to be where it always was: no node starts without its old ticks. */
  private createStorage(): pulumi.Output<Storage> {
    const place = new ArchivePlace("archive", this.config.archiveUrl, { parent: this });
    const storage = storageOf(this.config, backupFolder(this.root, pulumi.getStack()));
    return pulumi.secret(place.url.apply(() => storage));
  }

  /** What a service, a tool or a person shows to a server. */
  private secret(name: string): pulumi.Output<string> {
    return new RandomSecret(name, this.config.secretsVersion, { parent: this }).value;
  }

  /** By what servers know each other. */
  private serverSecret(name: string): pulumi.Output<string> {
    return new RandomSecret(name, this.config.serverSecretsVersion, { parent: this }).value;
  }

  private createTopic(opts: pulumi.CustomResourceOptions): Topic {
    const { connection, brokers } = this.kafka;
    return new Topic(
      TOPIC,
      {
        kafka: connection,
        topic: TOPIC,
        partitions: this.topology.partitions,
        replicationFactor: Math.min(brokers, 3),
        config: { "retention.ms": "604800000" },
      },
      opts,
    );
  }

  private createSchema(topic: Topic, users: readonly KafkaUser[]): Schema {
    const rendered = renderSchema(
      readSqlFiles(join(this.root, "schema")),
      schemaNames(this.config, this.topology),
    );
    const statements = this.config.target === "local" ? rendered.map(withoutReplication) : rendered;
    return new Schema(
      "schema",
      {
        statements,
        nodes: this.nodes,
        shards: this.config.shards,
        allowShardChange: this.config.allowShardChange,
        protectData: this.config.protectData,
        topic,
        users,
      },
      { parent: this },
    );
  }

  private createBars(passwords: Passwords, schema: Schema): Service {
    const urls = pulumi.all(
      this.nodes.map(({ node, internalUrl }) => internalUrl.apply((url) => ({ ...node, url }))),
    );
    return this.target.createService({
      name: "bars",
      bundle: requireBundle(this.root, "bars"),
      args: [],
      env: {
        CLICKHOUSE_SHARDS: urls.apply((nodes) =>
          shardsOf({ nodes })
            .map((replicas) => replicas.map(({ url }) => url).join(","))
            .join(";"),
        ),
        CLICKHOUSE_USER: "bars",
        CLICKHOUSE_DATABASE: DATABASE,
        INTERVAL_MS: String(this.config.barIntervalMs),
      },
      secretFiles: { CLICKHOUSE_PASSWORD_FILE: passwords.bars, ...this.trust() },
      folders: {},
      dependsOn: [schema.consumption],
    });
  }

  private createApi(passwords: Passwords, logins: ServiceLogins, schema: Schema): Service {
    return this.target.createService({
      name: "api",
      bundle: requireBundle(this.root, "api"),
      args: [],
      env: {
        CLICKHOUSE_URLS: pulumi
          .all(this.nodes.map((node) => node.internalUrl))
          .apply((urls) => urls.join(",")),
        CLICKHOUSE_NODES: this.nodes
          .map(({ node: { name, shard, replica } }) => `${name}=${shard}/${replica}`)
          .join(","),
        CLICKHOUSE_USER: "api",
        CLICKHOUSE_DATABASE: DATABASE,
        KAFKA_BOOTSTRAP: this.kafka.internalBootstrap,
        KAFKA_TOPIC: TOPIC,
        KAFKA_GROUP: CONSUMER_GROUP,
        KAFKA_USERNAME: logins.api.username,
        LATENESS_SECONDS: String(this.config.latenessSeconds),
        ...this.tracing(),
        RATE_LIMIT_PER_MINUTE: String(this.config.apiRateLimit),
        STREAM_INTERVAL_MS: String(this.config.streamIntervalMs),
        STREAM_SETTLE_MS: String(settleMs(this.config)),
        ...(this.config.apiReplay && {
          REPLAY_USER: "replay",
          KAFKA_REPLAY_USERNAME: logins.replay.username,
        }),
      },
      secretFiles: {
        CLICKHOUSE_PASSWORD_FILE: passwords.api,
        KAFKA_PASSWORD_FILE: logins.api.password,
        ...this.trustKafka(),
        ...(this.config.apiReplay && {
          REPLAY_PASSWORD_FILE: passwords.replay,
          KAFKA_REPLAY_PASSWORD_FILE: logins.replay.password,
        }),
        ...(needsApiKey(this.config) && { API_KEYS_FILE: this.apiKey.apply(renderApiKeys) }),
        ...this.trust(),
      },
      folders: {
        DASHBOARD_DIR: requireBundle(this.root, "dashboard"),
        DOCS_DIR: requireBundle(this.root, "docs"),
      },
      listen: {
        hostVariable: "API_HOST",
        portVariable: "API_PORT",
        certificateVariable: "API_TLS_CERTIFICATE_FILE",
        keyVariable: "API_TLS_KEY_FILE",
        readyPath: "/health/ready",
        livePath: "/health/live",
      },
      dependsOn: [schema.consumption],
    });
  }

  /** Where spans go, for the services that make some. */
  private tracing(): Record<string, string> {
    const { otlpEndpoint } = this.config;
    return otlpEndpoint === "" ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint };
  }

  private createProducer({ producer }: ServiceLogins, schema: Schema): Service {
    const { simulateRate, simulateSymbols, simulateSeed } = this.config;
    return this.target.createService({
      name: "producer",
      bundle: requireBundle(this.root, "producer"),
      args: [
        "simulate",
        "--rate",
        String(simulateRate),
        "--symbols",
        simulateSymbols.join(","),
        "--seed",
        String(simulateSeed),
      ],
      env: {
        KAFKA_BOOTSTRAP: this.kafka.internalBootstrap,
        KAFKA_TOPIC: TOPIC,
        KAFKA_USERNAME: producer.username,
        ...this.tracing(),
      },
      secretFiles: { KAFKA_PASSWORD_FILE: producer.password, ...this.trustKafka() },
      folders: {},
      dependsOn: [schema.consumption],
    });
  }

  /** By which a client of ours verifies brokers, and knows that they are over TLS. */
  private trustKafka(): Record<string, pulumi.Output<string>> {
    return this.tls.on("kafka") ? { KAFKA_CA_FILE: this.caCertificate } : {};
  }

  /** By which a service's Node.js verifies ClickHouse, and its own health check the service, beside the authorities that it knows by itself. */
  private trust(): Record<string, pulumi.Output<string>> {
    return this.tls.used ? { NODE_EXTRA_CA_CERTS: this.caCertificate } : {};
  }
}

/** What is inside of a resource need not be deleted when the resource is. */
const goesWith = (resource: pulumi.Resource | undefined): pulumi.CustomResourceOptions =>
  resource === undefined ? {} : { deletedWith: resource };
