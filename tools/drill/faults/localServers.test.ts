import { expect, it } from "vitest";
import { processesIn } from "./localServers.ts";

it("finds the processes of a stack in its state", () => {
  const urn = (type: string, name: string) =>
    `urn:pulumi:dev::tickhouse::tickhouse:index:Warehouse$${type}::${name}`;
  const type = "pulumi-nodejs:dynamic/local:Process";
  const state = {
    deployment: {
      resources: [
        { type: "pulumi:pulumi:Stack", urn: "urn:pulumi:dev::tickhouse::pulumi:pulumi:Stack::tickhouse-dev" },
        { type, urn: urn(type, "kafka"), outputs: { pid: 42, startedAt: "boot:7", running: true } },
      ],
    },
  };
  expect([...processesIn(JSON.stringify(state))]).toEqual([
    ["kafka", { name: "kafka", urn: urn(type, "kafka"), identity: { pid: 42, startedAt: "boot:7" } }],
  ]);
});
