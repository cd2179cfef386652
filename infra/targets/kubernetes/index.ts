import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config.ts";
import { superLogin } from "../../kafka/security.ts";
import { RandomSecret } from "../../secrets/randomSecret.ts";
import type { Tls } from "../../tls/tls.ts";
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
import { createNodes, nodePorts } from "./clickhouse.ts";
import { createFences } from "./fences.ts";
import { createBrokers, kafkaWay } from "./kafka.ts";
import { createKeepers } from "./keeper.ts";
import { createMonitoring } from "./monitoring.ts";
import { clusterIdOf, type Role, roleLabels } from "./names.ts";
import { Objects } from "./objects.ts";
import { createOperatorObjects } from "./operator.ts";
import { PORTS, serverPorts } from "./ports.ts";
import { createServiceObjects } from "./service.ts";
import { clientServiceSpec } from "./statefulSet.ts";

/** Objects of a Kubernetes cluster, in a namespace of their own. Nothing is published but an Ingress, if it is asked for. */
export class KubernetesTarget implements Target {
  private readonly config: Config;
  private readonly topology: Topology;
  private readonly stack: string;
  private readonly tls: Tls;
  private readonly objects: Objects;

  constructor({ config, topology, stack, tls, parent }: TargetArgs) {
    this.config = config;
    this.topology = topology;
    this.stack = stack;
    this.tls = tls;
    const { kubeContext: context, protectData } = config;
    this.objects = new Objects({ stack, context, protectData, parent });
    createFences(this.objects, config);
    if (config.monitoring === "operator") createOperatorObjects(this.objects);
  }

  createKafka(args: KafkaArgs): Kafka {
    const { brokers } = this.topology;
    const way = kafkaWay(this.objects.place, brokers);
    const connection = pulumi.all([args.password, this.tls.authorities]).apply(([password, authorities]) => ({
      ...way,
      login: superLogin(password),
      ...(this.tls.on("kafka") && { authorities }),
    }));
    const resources = createBrokers(this.objects, {
      ...args,
      brokers,
      config: this.config,
      clusterId: clusterIdOf(this.stack),
      tls: this.tls,
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
    const keepers = createKeepers(this.objects, args.topology.keepers, this.config, this.tls);
    const drainPassword = new RandomSecret("drain-password", this.config.secretsVersion, {
      parent: this.objects.parent,
      ...this.objects.goes(),
    }).value;
    const nodes = createNodes(this.objects, {
      ...args,
      config: this.config,
      tls: this.tls,
      drainPassword,
      // Keepers, then brokers, then nodes: what a node leans on is changed before it.
      dependsOn: [...keepers, ...args.kafka.resources],
    });
    this.clientService("clickhouse", nodePorts(this.config));
    const scheme = this.tls.on("clickhouse") ? "https" : "http";
    const { http } = serverPorts(this.config);
    return nodes.map(({ node, connection, resource }) => ({
      node,
      connection,
      resource,
      httpUrl: pulumi.output(`${scheme}://127.0.0.1:${node.httpPort}`),
      internalUrl: pulumi.output(`${scheme}://${node.name}:${http}`),
    }));
  }

  createService(service: ServiceArgs): Service {
    const { ingressHost, apiPort } = this.config;
    const resource = createServiceObjects(this.objects, service, this.config, this.tls);
    const scheme = this.tls.on("api") ? "https" : "http";
    if (service.listen === undefined) return { url: pulumi.output(""), resource };
    this.clientService(service.name, { http: PORTS.api });
    return {
      url: pulumi.output(ingressHost === "" ? `${scheme}://127.0.0.1:${apiPort}` : `https://${ingressHost}`),
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
