import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import type { Topology } from "../topology.ts";
import { CertificateAuthority } from "./certificateAuthority.ts";
import type { KeyedCertificate } from "./certificates.ts";
import { type GivenCertificates, readGivenCertificates } from "./given.ts";
import { usesTls } from "./parts.ts";
import { ServerCertificate } from "./serverCertificate.ts";
import { AUTHORITY_LIFETIME_DAYS, TLS_PARTS, type TlsPart } from "./settings.ts";

/** By what clients know a server. */
export interface ServerNames {
  readonly name: string;
  /** Which a certificate of it has to hold, whoever issued it. */
  readonly names: readonly string[];
  /** Which one that is issued here holds besides. */
  readonly further?: readonly string[];
}

/** What a server shows, PEM. */
export interface ServerIdentity {
  /** Its certificate, and those of the authorities between it and the root. */
  readonly certificate: pulumi.Output<string>;
  readonly privateKey: pulumi.Output<string>;
}

export interface TlsArgs {
  readonly config: Config;
  readonly topology: Topology;
  readonly stack: string;
  /** Root of the checkout, from which `tlsFolder` is meant. */
  readonly root: string;
  readonly parent: pulumi.Resource;
}

/** Certificates of a stack: which parts have any, who issued them, and who is trusted. */
export class Tls {
  private readonly config: Config;
  private readonly stack: string;
  private readonly parent: pulumi.Resource;
  private readonly given: GivenCertificates | undefined;
  private own: CertificateAuthority | undefined;

  constructor({ config, topology, stack, root, parent }: TlsArgs) {
    this.config = config;
    this.stack = stack;
    this.parent = parent;
    if (config.tlsFolder !== "" && this.used)
      this.given = readGivenCertificates(
        resolve(root, config.tlsFolder),
        serversOf(topology).flatMap(({ name, part }) => (this.on(part) ? [name] : [])),
        Date.now(),
      );
  }

  /** Whether a part is served over TLS, and over nothing else. */
  on(part: TlsPart): boolean {
    return usesTls(this.config, part);
  }

  /** Whether any part is. */
  get used(): boolean {
    return TLS_PARTS.some((part) => this.on(part));
  }

  /** Certificates of the authorities that clients have to trust, PEM; empty where nothing is served over TLS. */
  get authorities(): pulumi.Output<string> {
    const given = this.given?.authorities ?? "";
    if (!this.used) return pulumi.output("");
    return this.authority().certificate.apply((own) => joinPem(own, given));
  }

  /** The certificate of a server: the given one, or one that is issued here. */
  identityOf({ name, names, further = [] }: ServerNames): ServerIdentity {
    const given = this.given?.certificateOf(name, names);
    const { certificate, privateKey } = given ?? this.issue(name, [...new Set([...names, ...further])]);
    return {
      certificate: pulumi.output(certificate),
      privateKey: pulumi.secret(privateKey),
    };
  }

  private issue(name: string, names: readonly string[]): ServerCertificate {
    const { certificate, privateKey } = this.authority();
    return new ServerCertificate(
      `${name}-certificate`,
      {
        commonName: name,
        names,
        lifetimeDays: this.config.tlsLifetimeDays,
        authority: pulumi
          .all([certificate, privateKey])
          .apply(([own, key]): KeyedCertificate => ({ certificate: own, privateKey: key })),
      },
      { parent: this.parent },
    );
  }

  private authority(): CertificateAuthority {
    this.own ??= new CertificateAuthority(
      "authority",
      { commonName: `Tickhouse ${this.stack}`, lifetimeDays: AUTHORITY_LIFETIME_DAYS },
      { parent: this.parent },
    );
    return this.own;
  }
}

/** Everything that may have a certificate. Pure. */
export const serversOf = ({ nodes, keepers, brokers }: Topology): { name: string; part: TlsPart }[] => [
  ...nodes.map(({ name }) => ({ name, part: "clickhouse" as const })),
  ...keepers.map(({ name }) => ({ name, part: "keeper" as const })),
  ...brokers.map(({ name }) => ({ name, part: "kafka" as const })),
  { name: "api", part: "api" },
];

const joinPem = (...texts: readonly string[]): string =>
  texts
    .filter((text) => text !== "")
    .map((text) => `${text.trim()}\n`)
    .join("");
