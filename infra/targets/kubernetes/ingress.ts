import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
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

/** What the controller has to know of a backend over TLS. */
export interface SecureBackend {
  readonly namespace: string;
  /** Secret with the authorities by which it is verified, as `ca.crt`. */
  readonly authoritiesSecret: pulumi.Input<string>;
}

/**
 * What tells cert-manager to fill the certificate's Secret, and ingress-nginx to ask the API over TLS and to verify it.
 * @param backend absent where the API is asked in clear
 */
export const ingressAnnotations = (
  { ingressClusterIssuer }: Pick<Config, "ingressClusterIssuer">,
  backend?: SecureBackend,
): Record<string, pulumi.Input<string>> => ({
  ...(ingressClusterIssuer !== "" && { "cert-manager.io/cluster-issuer": ingressClusterIssuer }),
  ...(backend && {
    "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS",
    "nginx.ingress.kubernetes.io/proxy-ssl-name": "api",
    "nginx.ingress.kubernetes.io/proxy-ssl-secret": pulumi.interpolate`${backend.namespace}/${backend.authoritiesSecret}`,
    "nginx.ingress.kubernetes.io/proxy-ssl-server-name": "on",
    "nginx.ingress.kubernetes.io/proxy-ssl-verify": "on",
  }),
});
