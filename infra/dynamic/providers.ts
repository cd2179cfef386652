import type * as pulumi from "@pulumi/pulumi";
import { keeperEnsembleProvider } from "../clickhouse/keeperEnsembleProvider.ts";
import { topicProvider } from "../kafka/topicProvider.ts";
import { kafkaUserProvider } from "../kafka/userProvider.ts";
import { consumptionProvider } from "../schema/consumptionProvider.ts";
import { shardMapProvider } from "../schema/shardMapProvider.ts";
import { sqlFileProvider } from "../schema/sqlFileProvider.ts";
import { randomSecretProvider } from "../secrets/randomSecretProvider.ts";
import { archivePlaceProvider } from "../storage/archivePlaceProvider.ts";
import { drainProvider } from "../targets/docker/drainProvider.ts";
import { gateProvider } from "../targets/kubernetes/rollout/gateProvider.ts";
import { settledProvider } from "../targets/kubernetes/rollout/settledProvider.ts";
import { directoryProvider } from "../targets/local/directoryProvider.ts";
import { portClaimsProvider } from "../targets/local/portClaimsProvider.ts";
import { processProvider } from "../targets/local/process/provider.ts";
import { certificateAuthorityProvider } from "../tls/certificateAuthorityProvider.ts";
import { serverCertificateProvider } from "../tls/serverCertificateProvider.ts";
import type { Provider } from "./provider.ts";

/** Every dynamic resource of the program, by the name that its state keeps. */
const PROVIDERS = {
  archivePlace: archivePlaceProvider,
  certificateAuthority: certificateAuthorityProvider,
  consumption: consumptionProvider,
  directory: directoryProvider,
  drain: drainProvider,
  gate: gateProvider,
  kafkaUser: kafkaUserProvider,
  keeperEnsemble: keeperEnsembleProvider,
  portClaims: portClaimsProvider,
  process: processProvider,
  randomSecret: randomSecretProvider,
  serverCertificate: serverCertificateProvider,
  settled: settledProvider,
  shardMap: shardMapProvider,
  sqlFile: sqlFileProvider,
  topic: topicProvider,
} as const;

export type ProviderName = keyof typeof PROVIDERS;

// The engine hands over plain property bags; each provider's own types say what it put in them.
type PropertyBag = Provider<pulumi.Inputs, pulumi.Inputs>;

export function loadProvider(name: ProviderName): PropertyBag {
  return PROVIDERS[name] as unknown as PropertyBag;
}
