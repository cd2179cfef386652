import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { valuesOf } from "../../clickhouse/users/passwords.ts";
import type { Config } from "../../config.ts";
import { renderJaas, superLogin } from "../../kafka/security.ts";
import { METRICS_SERVICES, metricsPortOf } from "../../monitoring/ports.ts";
import type { ServerIdentity, Tls } from "../../tls/tls.ts";
import type { Topology } from "../../topology.ts";
import { OWN_NAMES, publicHost, publicName } from "../address.ts";
import type {
  ClickHouseArgs,
  ClickHouseNode,
  Kafka,
  KafkaArgs,
  Service,
  ServiceArgs,
  Target,
  TargetArgs,
} from "../target.ts";
import { nodeProcess, nodeUrl } from "./clickhouse.ts";
import { Directory } from "./directory.ts";
import { brokerProcess } from "./kafka.ts";
import { HOST, processFolder } from "./layout.ts";
import { PortClaims } from "./portClaims.ts";
import type { PortClaim } from "./process/ports.ts";
import { Process } from "./process/resource.ts";
import type { ProcessSpec } from "./process/spec.ts";
import { serviceProcess } from "./service.ts";

/** Processes of this machine: no daemon, no image. One copy of each shard, and no Keeper. */
export class LocalTarget implements Target {
  private readonly config: Config;
  private readonly stack: string;
  private readonly tls: Tls;
  private readonly parent: pulumi.Resource;
  private readonly ports: PortClaims;
  private readonly readyTimeoutMs: number;

  constructor({ config, topology, stack, tls, parent }: TargetArgs) {
    this.config = config;
    this.stack = stack;
    this.tls = tls;
    this.parent = parent;
    this.readyTimeoutMs = config.readyTimeoutSeconds * 1_000;
    this.ports = new PortClaims("ports", portClaims(config, topology), { parent });
  }

  createKafka({ password, plainUsers }: KafkaArgs): Kafka {
    const { kafkaPort, kafkaControllerPort, kafkaHeapMb } = this.config;
    const resource = this.startServer("kafka", (directory) =>
      pulumi.all([password, plainUsers]).apply(([own, users]) =>
        brokerProcess({
          directory,
          port: kafkaPort,
          controllerPort: kafkaControllerPort,
          heapMb: kafkaHeapMb,
          readyTimeoutMs: this.readyTimeoutMs,
          jaas: renderJaas(own, users),
        }),
      ),
    );
    const bootstrap = pulumi.output(`${HOST}:${kafkaPort}`);
    const connection = pulumi
      .all([bootstrap, password])
      .apply(([address, own]) => ({ bootstrap: address, login: superLogin(own) }));
    return { bootstrap, connection, internalBootstrap: bootstrap, brokers: 1, resources: [resource] };
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
    return topology.nodes.map((node) => {
      const url = nodeUrl(node);
      const resource = this.startServer(node.name, (directory) =>
        pulumi
          .all([kafka.internalBootstrap, kafkaLogin, valuesOf(passwords), storage])
          .apply(([bootstrap, login, all, disks]) =>
            nodeProcess({
              directory,
              topology,
              node,
              kafka: { bootstrap, topic, group: consumerGroup, login },
              database,
              passwords: all,
              quota: this.config,
              storage: disks,
              memoryMb: this.config.clickhouseMemoryMb,
              readyTimeoutMs: this.readyTimeoutMs,
            }),
          ),
      );
      const connection = pulumi
        .all([passwords.owner, passwords.previousOwner])
        .apply(([password, previousPassword]) => ({
          node: node.name,
          url,
          username: "owner",
          password,
          previousPassword,
          database,
        }));
      return { node, connection, httpUrl: pulumi.output(url), internalUrl: pulumi.output(url), resource };
    });
  }

  createService(service: ServiceArgs): Service {
    const { name, bundle, args, env, folders, listen, dependsOn } = service;
    const { bindAddress: host, apiPort: port } = this.config;
    const identity = listen && this.apiIdentity();
    const secretFiles = {
      ...service.secretFiles,
      ...(listen &&
        identity && {
          [listen.certificateVariable]: identity.certificate,
          [listen.keyVariable]: identity.privateKey,
        }),
    };
    const specOf = (
      directory: string,
      plain: Readonly<Record<string, string>>,
      secrets: Readonly<Record<string, string>>,
      authorities: string,
    ): ProcessSpec =>
      serviceProcess({
        name,
        directory,
        bundle,
        args,
        env: {
          ...plain,
          ...(listen && { [listen.hostVariable]: host, [listen.portVariable]: String(port) }),
        },
        secretFiles: secrets,
        folders,
        ...(listen && {
          listen: {
            host,
            port,
            readyPath: listen.readyPath,
            setting: "tickhouse:apiPort",
            ...(identity && { tls: { authorities, name: publicName(this.config) } }),
          },
        }),
        metricsPort: metricsPortOf(this.config, name),
        readyTimeoutMs: this.readyTimeoutMs,
      });
    const blank = Object.fromEntries(Object.keys(secretFiles).map((variable) => [variable, ""]));
    const resource = this.start(
      name,
      (directory) =>
        pulumi
          .all([env, secretFiles, this.tls.authorities])
          .apply(([plain, secrets, authorities]) => specOf(directory, plain, secrets, authorities)),
      {
        dependsOn,
        open: (directory) => pulumi.output(env).apply((plain) => specOf(directory, plain, blank, "")),
      },
    );
    const scheme = identity ? "https" : "http";
    return {
      url: pulumi.output(listen === undefined ? "" : `${scheme}://${publicHost(this.config)}:${port}`),
      resource,
    };
  }

  private apiIdentity(): ServerIdentity | undefined {
    if (!this.tls.on("api")) return undefined;
    return this.tls.identityOf({
      name: "api",
      names: [publicName(this.config)],
      further: [...OWN_NAMES, ...this.config.tlsNames],
    });
  }

  /** A process whose folder holds data. */
  private startServer(name: string, spec: (directory: string) => pulumi.Output<ProcessSpec>): Process {
    return this.start(name, spec, { protect: this.config.protectData });
  }

  /**
   * A process in a folder of its own, once all ports of the stack are known to be free.
   * @param opts what it waits for, whether its folder is protected, and the same without secrets: what is known of it before
   *   they are made, and what a first preview is held against policies by
   */
  private start(
    name: string,
    spec: (directory: string) => pulumi.Output<ProcessSpec>,
    opts: {
      readonly dependsOn?: readonly pulumi.Resource[];
      readonly protect?: boolean;
      readonly open?: (directory: string) => pulumi.Output<ProcessSpec>;
    },
  ): Process {
    const { dependsOn = [], protect = false } = opts;
    const path = processFolder(this.stack, name);
    const directory = new Directory(name, path, { parent: this.parent, dependsOn: [this.ports], protect });
    const made = spec(path);
    const open = opts.open?.(path) ?? made;
    const secret = <K extends keyof ProcessSpec>(key: K): pulumi.Output<ProcessSpec[K]> =>
      made.apply((value) => value[key]) as pulumi.Output<ProcessSpec[K]>;
    // Made beside secrets, but holding none: a preview may show them.
    const part = <K extends keyof ProcessSpec>(key: K): pulumi.Output<ProcessSpec[K]> =>
      pulumi.unsecret(secret(key));
    return new Process(
      name,
      {
        name,
        directory: directory.path,
        command: part("command"),
        env: pulumi.unsecret(open.apply(({ env }) => env)),
        files: secret("files"),
        fileHashes: pulumi.unsecret(made.apply(({ files }) => hashEach(files))),
        prepare: part("prepare"),
        contentHash: part("contentHash"),
        ready: part("ready"),
        readyTimeoutMs: part("readyTimeoutMs"),
        ports: pulumi.unsecret(open.apply(({ ports }) => ports)),
        stop: secret("stop"),
        logFile: part("logFile"),
      },
      { parent: this.parent, dependsOn: [directory, ...dependsOn] },
    );
  }
}

/** A change of a rendered file is seen by its name in a preview, though its text is secret. */
const hashEach = (files: ProcessSpec["files"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, createHash("sha256").update(text).digest("hex")]),
  );

/** Every port of a stack on this machine. Pure. */
export function portClaims(config: Config, topology: Topology): PortClaim[] {
  const claim = (owner: string, setting: string, port: number, host = HOST): PortClaim => ({
    host,
    port,
    owner,
    setting: `tickhouse:${setting}`,
  });
  return [
    claim("kafka", "kafkaPort", config.kafkaPort),
    claim("kafka's controller", "kafkaControllerPort", config.kafkaControllerPort),
    ...topology.nodes.flatMap((node) => [
      claim(node.name, "clickhouseHttpPort", node.httpPort),
      claim(node.name, "clickhouseNativePort", node.nativePort),
    ]),
    claim("the API", "apiPort", config.apiPort, config.bindAddress),
    ...METRICS_SERVICES.map((name) => claim(`${name}'s metrics`, "metricsPort", metricsPortOf(config, name))),
  ];
}
