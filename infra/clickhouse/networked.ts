import { TLS_FILES } from "../tls/files.ts";
import type { Node, Topology } from "../topology.ts";
import { type ConsumerLogin, isTlsNeeded, type PartsOn, type ServerArgs, serverTls } from "./server.ts";

export interface NetworkedArgs {
  readonly topology: Topology;
  readonly node: Node;
  /** On which nodes and Keepers listen, on every one the same. */
  readonly ports: { readonly http: number; readonly native: number; readonly keeper: number };
  readonly clusterSecret: string;
  readonly kafka: {
    readonly bootstrap: string;
    readonly topic: string;
    readonly group: string;
    readonly login: ConsumerLogin;
  };
  readonly tls: PartsOn;
}

/** What a server is told that has a network of its own, in which everybody is reached by name: a container or a pod. Pure. */
export const networkedServer = ({ topology, node, ports, clusterSecret, kafka, tls }: NetworkedArgs) =>
  ({
    topology,
    node,
    address: ({ name }) => ({ host: name, port: ports.native }),
    clusterSecret,
    kafka: { ...kafka, ...(tls.on("kafka") && { authoritiesFile: TLS_FILES.authorities }) },
    listen: { host: "0.0.0.0", httpPort: ports.http, nativePort: ports.native },
    ...(isTlsNeeded(tls) && { tls: serverTls(tls, TLS_FILES) }),
    keepers: topology.keepers.map(({ name }) => ({ host: name, port: ports.keeper })),
    interserverHost: node.name,
  }) satisfies Partial<ServerArgs>;
