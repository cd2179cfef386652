import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { KeeperEnsemble } from "../../clickhouse/keeperEnsemble.ts";
import { clickhousePorts } from "../../clickhouse/ports.ts";
import type { Config } from "../../config.ts";
import { BROKER_PORTS } from "../../kafka/brokerSettings.ts";
import { renderJaas, superLogin } from "../../kafka/security.ts";
import type { ServerIdentity, Tls } from "../../tls/tls.ts";
import type { Topology } from "../../topology.ts";
import { OWN_NAMES, publicHost, publicName } from "../address.ts";
import type {
  ClickHouseArgs,
  ClickHouseNode,
  Kafka,
  KafkaArgs,
  Monitoring,
  MonitoringArgs,
  Service,
  ServiceArgs,
  Target,
  TargetArgs,
} from "../target.ts";
import { createNode } from "./clickhouse.ts";
import { Drain } from "./drain.ts";
import { pullImage } from "./images.ts";
import { createBroker } from "./kafka.ts";
import { createKeeper, type KeeperArgs } from "./keeper.ts";
import { createMonitoring } from "./monitoring.ts";
import { createNaming } from "./names.ts";
import type { Host } from "./server.ts";
import { createServiceContainer } from "./service.ts";

/** Containers of official images on one Docker host, in a network of their own. */
export class DockerTarget implements Target {
  private readonly config: Config;
  private readonly topology: Topology;
  private readonly root: string;
  private readonly tls: Tls;
  private readonly host: Host;
  private baseImageId: pulumi.Output<string> | undefined;

  constructor({ config, topology, stack, root, tls, parent }: TargetArgs) {
    this.config = config;
    this.topology = topology;
    this.root = root;
    this.tls = tls;
    const naming = createNaming(stack);
    const network = new docker.Network(
      "network",
      { name: naming.named("network"), labels: naming.labels("network") },
      { parent },
    );
    this.host = {
      naming,
      network,
      publishOn: config.bindAddress,
      readyTimeoutSeconds: config.readyTimeoutSeconds,
      openFiles: config.openFiles,
      protectData: config.protectData,
      parent,
    };
  }

  createKafka({ password, plainUsers }: KafkaArgs): Kafka {
    const { brokers } = this.topology;
    const { kafkaHeapMb: heapMb } = this.config;
    const image = this.pull("kafka", this.config.kafkaImage);
    const jaas = pulumi.all([password, plainUsers]).apply(([own, users]) => renderJaas(own, users));
    const outside = publicHost(this.config);
    const containers = brokers.map((broker) =>
      createBroker(this.host, {
        broker,
        brokers,
        image,
        heapMb,
        jaas,
        advertised: outside,
        tls: this.serverTls("kafka", broker.name, true),
      }),
    );
    const bootstrap = brokers.map(({ port }) => `${outside}:${port}`).join(",");
    return {
      bootstrap: pulumi.output(bootstrap),
      connection: pulumi.all([password, this.tls.authorities]).apply(([own, authorities]) => ({
        bootstrap,
        login: superLogin(own),
        ...(this.tls.on("kafka") && { authorities }),
      })),
      internalBootstrap: pulumi.output(brokers.map(({ name }) => `${name}:${BROKER_PORTS.inside}`).join(",")),
      brokers: brokers.length,
      resources: containers,
    };
  }

  createClickHouse({
    topology,
    kafka,
    topic,
    consumerGroup,
    kafkaLogin,
    database,
    passwords,
    storage,
  }: ClickHouseArgs): ClickHouseNode[] {
    const { clickhouseMemoryMb: memoryMb, protectData: protect } = this.config;
    const keeperImage = this.pull("keeper", this.config.keeperImage);
    const image = this.pull("clickhouse", this.config.clickhouseImage);
    const ensemble = new KeeperEnsemble("keepers", topology.keepers.length, {
      parent: this.host.parent,
      protect,
    });
    const keepers = topology.keepers.map((keeper) =>
      createKeeper(
        this.host,
        {
          keeper,
          ensemble: topology.keepers,
          image: keeperImage,
          tls: this.serverTls("keeper", keeper.name, false),
        },
        { dependsOn: [ensemble] },
      ),
    );
    const secure = this.tls.on("clickhouse");
    const scheme = secure ? "https" : "http";
    const authorities = secure ? this.tls.authorities : pulumi.output("");
    const nodes: ClickHouseNode[] = [];
    for (const node of topology.nodes) {
      const before = nodes.at(-1);
      const container = createNode(
        this.host,
        {
          topology,
          node,
          image,
          kafka: { bootstrap: kafka.internalBootstrap, topic, group: consumerGroup, login: kafkaLogin },
          quota: this.config,
          database,
          passwords,
          storage,
          memoryMb,
          tls: this.tls,
          identity: secure ? this.identityOf(node.name, true) : undefined,
        },
        // One after the other: a change of all nodes takes them down one at a time.
        { dependsOn: [...keepers, ...(before === undefined ? [] : [before.resource])] },
      );
      const url = `${scheme}://${publicHost(this.config)}:${node.httpPort}`;
      const connection = pulumi
        .all([passwords.owner, passwords.previousOwner, authorities])
        .apply(([password, previousPassword, trusted]) => ({
          node: node.name,
          url,
          username: "owner",
          password,
          previousPassword,
          database,
          ...(secure && { authorities: trusted }),
        }));
      const drain = new Drain(
        `${node.name}-drain`,
        { node: connection, containerId: container.id },
        { parent: this.host.parent },
      );
      nodes.push({
        node,
        connection,
        httpUrl: pulumi.output(url),
        internalUrl: pulumi.output(`${scheme}://${node.name}:${clickhousePorts(secure).http}`),
        resource: drain,
      });
    }
    return nodes;
  }

  createService(service: ServiceArgs): Service {
    const { serviceBaseImage: baseImage, apiPort: port } = this.config;
    const identity = service.listen && this.apiIdentity();
    this.baseImageId ??= this.pull("service-base", baseImage);
    const resource = createServiceContainer(this.host, {
      service,
      root: this.root,
      baseImage,
      baseImageId: this.baseImageId,
      port,
      identity,
      publicName: publicName(this.config),
    });
    const scheme = identity ? "https" : "http";
    return {
      url: pulumi
        .output(service.listen && `${scheme}://${publicHost(this.config)}:${port}`)
        .apply((url) => url ?? ""),
      resource,
    };
  }

  createMonitoring(args: MonitoringArgs): Monitoring {
    const { config, topology } = this;
    createMonitoring(this.host, {
      ...args,
      config,
      topology,
      prometheusImage: this.pull("prometheus", config.prometheusImage),
      grafanaImage: this.pull("grafana", config.grafanaImage),
    });
    return {
      prometheusUrl: `http://127.0.0.1:${config.prometheusPort}`,
      grafanaUrl: `http://127.0.0.1:${config.grafanaPort}`,
    };
  }

  /** A certificate for the name in the network, and for the public one where the server is published. */
  private identityOf(name: string, published: boolean): ServerIdentity {
    const { tlsNames, bindAddress } = this.config;
    return this.tls.identityOf({
      name,
      names: [name, ...(published ? [publicName(this.config)] : [])],
      further: [...OWN_NAMES, ...tlsNames, ...(isWildcard(bindAddress) ? [] : [bindAddress])],
    });
  }

  private serverTls(part: "keeper" | "kafka", name: string, published: boolean): KeeperArgs["tls"] {
    if (!this.tls.on(part)) return undefined;
    return { identity: this.identityOf(name, published), authorities: this.tls.authorities };
  }

  /** The API's clients are outside; one that is given its certificate need not have it for the name in the network. */
  private apiIdentity(): ServerIdentity | undefined {
    if (!this.tls.on("api")) return undefined;
    return this.tls.identityOf({
      name: "api",
      names: [publicName(this.config)],
      further: ["api", ...OWN_NAMES, ...this.config.tlsNames],
    });
  }

  private pull(name: string, image: string): pulumi.Output<string> {
    return pullImage(name, image, this.host.parent).imageId;
  }
}

const isWildcard = (address: string): boolean => address === "0.0.0.0" || address === "::";
