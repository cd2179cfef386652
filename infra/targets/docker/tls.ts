import type * as pulumi from "@pulumi/pulumi";
import { TLS_FOLDER, tlsContents } from "../../tls/files.ts";
import type { ServerIdentity } from "../../tls/tls.ts";
import type { PrivateFile } from "./names.ts";

/** Volume of a server's files of TLS, by the last part of its name. */
export const TLS_VOLUME = { tls: TLS_FOLDER } as const;

/** Files of TLS of a server that reads its certificate and key again when they change. */
export const tlsFiles = (
  authorities: pulumi.Output<string>,
  identity: ServerIdentity | undefined,
  owner: string,
): PrivateFile[] =>
  Object.entries(tlsContents({ authorities, ...(identity && { identity }) })).map(([name, content]) => ({
    path: `${TLS_FOLDER}/${name}`,
    content,
    owner,
    live: content !== authorities,
  }));
