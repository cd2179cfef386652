import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config.ts";
import { secretFile } from "../secretFile.ts";
import type { ServiceArgs } from "../target.ts";
import { serviceImage } from "./images.ts";
import { ingressAnnotations, ingressSpec } from "./ingress.ts";
import { roleLabels } from "./names.ts";
import type { Objects } from "./objects.ts";
import { autoscalerSpec, deploymentSpec, servicePod } from "./services.ts";

/** The Deployment of one of our own services, with what makes it scale and be seen. */
export function createServiceObjects(
  objects: Objects,
  service: ServiceArgs,
  config: Config,
): pulumi.Resource {
  const { name } = service;
  const labels = roleLabels(name);
  const variables = Object.keys(service.secretFiles);
  const secret =
    variables.length === 0
      ? pulumi.output("")
      : objects.secretFiles(
          `${name}-files`,
          labels,
          Object.fromEntries(
            Object.entries(service.secretFiles).map(([variable, value]) => [secretFile(variable), value]),
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
  if (service.listen !== undefined) createEntrance(objects, name, config);
  return resource;
}

/** Copies by load, and a public name, each if it is asked for. */
function createEntrance(objects: Objects, name: ServiceArgs["name"], config: Config): void {
  if (config.apiMaxReplicas > config.apiReplicas)
    new k8s.autoscaling.v2.HorizontalPodAutoscaler(
      `${name}-autoscaler`,
      { metadata: objects.metadata(name, roleLabels(name)), spec: autoscalerSpec(name, config) },
      objects.options(),
    );
  if (config.ingressHost !== "")
    new k8s.networking.v1.Ingress(
      `${name}-ingress`,
      {
        metadata: objects.metadata(name, roleLabels(name), ingressAnnotations(config)),
        spec: ingressSpec(config),
      },
      objects.options(),
    );
}
