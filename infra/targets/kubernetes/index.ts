import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config.ts";
import { superLogin } from "../../kafka/security.ts";
import { RandomSecret } from "../../secrets/randomSecret.ts";
import type { Topology } from "../../topology.ts";
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
import { createNodes, NODE_PORTS } from "./clickhouse.ts";
import { createFences } from "./fences.ts";
import { createBrokers, kafkaWay } from "./kafka.ts";
import { createKeepers } from "./keeper.ts";
import { createMonitoring } from "./monitoring.ts";
import { clusterIdOf, type Role, roleLabels } from "./names.ts";
import { Objects } from "./objects.ts";
import { createOperatorObjects } from "./operator.ts";
import { PORTS } from "./ports.ts";
import { createServiceObjects } from "./service.ts";
import { clientServiceSpec } from "./statefulSet.ts";

/** Objects of a Kubernetes cluster, in a namespace of their own. Nothing is published but an Ingress, if it is asked for. */
export class KubernetesTarget implements Target {
  private readonly config: Config;
  private readonly topology: Topology;
  private readonly stack: string;
  private readonly objects: Objects;

  constructor({ config, topology, stack, parent }: TargetArgs) {
    this.config = config;
    this.topology = topology;
    this.stack = stack;
    const { kubeContext: context, protectData } = config;
    this.objects = new Objects({ stack, context, protectData, parent });
    createFences(this.objects, config);
    if (config.monitoring === "operator") createOperatorObjects(this.objects);
  }

  createKafka(args: KafkaArgs): Kafka {
    const { brokers } = this.topology;
    const way = kafkaWay(this.objects.place, brokers);
    const connection = args.password.apply((password) => ({ ...way, login: superLogin(password) }));
    const resources = createBrokers(this.objects, {
      ...args,
      brokers,
      config: this.config,
      clusterId: clusterIdOf(this.stack),
      connection,
    });
    this.clientService("kafka", { kafka: PORTS.kafka });
    return {
      // Where `npm run forward` and the tools listen.
      bootstrap: pulumi.output(brokers.map(({ port }) => `127.0.0.1:${port}`).join(",")),
      internalBootstrap: pulumi.output(way.bootstrap),
      connection,
      brokers: brokers.length,
      resources,
    };
  }

  createClickHouse(args: ClickHouseArgs): ClickHouseNode[] {
    const keepers = createKeepers(this.objects, args.topology.keepers, this.config);
    const drainPassword = new RandomSecret("drain-password", this.config.secretsVersion, {
      parent: this.objects.parent,
      ...this.objects.goes(),
    }).value;
    const nodes = createNodes(this.objects, {
      ...args,
      config: this.config,
      drainPassword,
      // Keepers, then brokers, then nodes: what a node leans on is changed before it.
      dependsOn: [...keepers, ...args.kafka.resources],
    });
    this.clientService("clickhouse", NODE_PORTS);
    return nodes.map(({ node, connection, resource }) => ({
      node,
      connection,
      resource,
      httpUrl: pulumi.output(`http://127.0.0.1:${node.httpPort}`),
      internalUrl: pulumi.output(`http://${node.name}:${PORTS.http}`),
    }));
  }

  createService(service: ServiceArgs): Service {
    const { ingressHost, apiPort } = this.config;
    const resource = createServiceObjects(this.objects, service, this.config);
    if (service.listen === undefined) return { url: pulumi.output(""), resource };
    this.clientService(service.name, { http: PORTS.api });
    return {
      url: pulumi.output(ingressHost === "" ? `http://127.0.0.1:${apiPort}` : `https://${ingressHost}`),
      resource,
    };
  }

  createMonitoring(args: MonitoringArgs): Monitoring {
    const { config, topology } = this;
    createMonitoring(this.objects, { ...args, config, topology });
    return {
      prometheusUrl: `http://127.0.0.1:${config.prometheusPort}`,
      grafanaUrl: `http://127.0.0.1:${config.grafanaPort}`,
    };
  }

  /** One address for clients in the cluster. */
  private clientService(role: Role, ports: Readonly<Record<string, number>>): void {
    new k8s.core.v1.Service(
      `${role}-service`,
      {
        metadata: this.objects.metadata(role, { ...roleLabels(role), "tickhouse.com/service": "client" }),
        spec: clientServiceSpec(roleLabels(role), ports),
      },
      // Its endpoints come with the pods; nobody waits for them here.
      this.objects.options(),
    );
  }
}
