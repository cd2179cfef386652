import type * as k8s from "@pulumi/kubernetes";
import type { Config } from "../../config.ts";
import { PORTS } from "./ports.ts";

type IngressSpec = k8s.types.input.networking.v1.IngressSpec;

/** The API under its public name, with TLS. Pure. */
export const ingressSpec = ({
  ingressHost: host,
  ingressClass,
  ingressTlsSecret,
}: Pick<Config, "ingressHost" | "ingressClass" | "ingressTlsSecret">): IngressSpec => ({
  ...(ingressClass !== "" && { ingressClassName: ingressClass }),
  tls: [{ hosts: [host], secretName: ingressTlsSecret }],
  rules: [
    {
      host,
      http: {
        paths: [
          {
            path: "/",
            pathType: "Prefix",
            backend: { service: { name: "api", port: { number: PORTS.api } } },
          },
        ],
      },
    },
  ],
});

/** What tells cert-manager to fill the certificate's Secret. Pure. */
export const ingressAnnotations = ({
  ingressClusterIssuer,
}: Pick<Config, "ingressClusterIssuer">): Record<string, string> =>
  ingressClusterIssuer === "" ? {} : { "cert-manager.io/cluster-issuer": ingressClusterIssuer };
