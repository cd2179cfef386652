import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config.ts";
import type { Tls } from "../../tls/tls.ts";
import { secretFile } from "../secretFile.ts";
import type { ServiceArgs } from "../target.ts";
import { serviceImage } from "./images.ts";
import { ingressAnnotations, ingressSpec } from "./ingress.ts";
import { roleLabels } from "./names.ts";
import type { Objects } from "./objects.ts";
import { autoscalerSpec, deploymentSpec, servicePod } from "./services.ts";
import { identityOf, tlsSecret } from "./tls.ts";

/** The Deployment of one of our own services, with what makes it scale and be seen. */
export function createServiceObjects(
  objects: Objects,
  service: ServiceArgs,
  config: Config,
  tls: Tls,
): pulumi.Resource {
  const { name, listen } = service;
  const labels = roleLabels(name);
  const identity =
    listen && tls.on("api")
      ? identityOf(tls, name, objects.place.namespace, [...config.tlsNames, ...named(config.ingressHost)])
      : undefined;
  const secretFiles: ServiceArgs["secretFiles"] = {
    ...service.secretFiles,
    ...(listen &&
      identity && {
        [listen.certificateVariable]: identity.certificate,
        [listen.keyVariable]: identity.privateKey,
      }),
  };
  const variables = Object.keys(secretFiles);
  const secret =
    variables.length === 0
      ? pulumi.output("")
      : objects.secretFiles(
          `${name}-files`,
          labels,
          Object.fromEntries(
            Object.entries(secretFiles).map(([variable, value]) => [secretFile(variable), value]),
          ),
        );
  const image = serviceImage(
    config.serviceImagePrefix,
    name,
    [service.bundle, ...Object.values(service.folders)],
    config.serviceBaseImage,
  );
  const spec = pulumi
    .all([pulumi.all(service.env), secret])
    .apply(([env, secretName]) =>
      deploymentSpec(
        servicePod({ service, image, env, secretFiles: variables, secret: secretName, config }),
        config,
      ),
    );
  const resource = new k8s.apps.v1.Deployment(
    name,
    { metadata: objects.metadata(name, labels), spec },
    objects.podOptions(service.dependsOn),
  );
  if (listen !== undefined) createEntrance(objects, name, config, tls);
  return resource;
}

/** Copies by load, and a public name, each if it is asked for. */
function createEntrance(objects: Objects, name: ServiceArgs["name"], config: Config, tls: Tls): void {
  if (config.apiMaxReplicas > config.apiReplicas)
    new k8s.autoscaling.v2.HorizontalPodAutoscaler(
      `${name}-autoscaler`,
      { metadata: objects.metadata(name, roleLabels(name)), spec: autoscalerSpec(name, config) },
      objects.options(),
    );
  if (config.ingressHost === "") return;
  const backend = tls.on("api")
    ? {
        namespace: objects.place.namespace,
        authoritiesSecret: tlsSecret(objects, `${name}-ingress`, roleLabels(name), tls),
      }
    : undefined;
  new k8s.networking.v1.Ingress(
    `${name}-ingress`,
    {
      metadata: objects.metadata(name, roleLabels(name), ingressAnnotations(config, backend)),
      spec: ingressSpec(config),
    },
    objects.options(),
  );
}

const named = (name: string): string[] => (name === "" ? [] : [name]);
