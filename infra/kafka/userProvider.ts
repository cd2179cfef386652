import { randomBytes } from "node:crypto";
import kafkajs, { type AclEntry } from "kafkajs";
import type { Provider } from "../dynamic/provider.ts";
import { InfraError } from "../errors.ts";
import { pollUntil } from "../poll.ts";
import { type KafkaConnection, withAdmin, withBroker } from "./connection.ts";
import { alterScram, type ScramPassword } from "./scram/alterScram.ts";
import type { Grant } from "./security.ts";

export interface KafkaUserInputs {
  readonly kafka: KafkaConnection;
  readonly username: string;
  readonly password: string;
  readonly scram: boolean;
  readonly grants: readonly Grant[];
  /** Generation of the brokers' own secret: while it changes, nobody could be forgotten with the old one. */
  readonly brokersVersion: number;
}

const DEADLINE_MS = 30_000;

/** A user with its password and its rights: all of them, and no others. */
export const kafkaUserProvider: Provider<KafkaUserInputs, KafkaUserInputs> = {
  check: async (olds, news) =>
    olds !== undefined && olds.username !== news.username && olds.brokersVersion !== news.brokersVersion
      ? [
          {
            property: "brokersVersion",
            reason: `is ${news.brokersVersion}, was ${olds.brokersVersion}, and the users change too; accepted: tickhouse:secretsVersion and tickhouse:serverSecretsVersion one after the other, with an update between`,
          },
        ]
      : [],
  diff: async (olds, news) => ({
    changes: textOf(olds) !== textOf(news),
    replaces: olds.username === news.username ? [] : ["username"],
  }),
  async create(inputs) {
    await apply(inputs);
    return { id: inputs.username, outs: inputs };
  },
  async update(_id, _olds, news) {
    await apply(news);
    return news;
  },
  // A password can't be read back; rights are set again whenever something else about the user changes.
  read: async (_id, props) => props,
  async delete(_id, { kafka, username, scram }) {
    await withAdmin(kafka, (admin) => admin.deleteAcls({ filters: [allOf(username)] }));
    // Overwritten and not removed: a broker (4.2.1) that starts again after one user's credential was removed takes those
    // that were set since for invalid.
    if (scram) await alter(kafka, { user: username, password: randomBytes(32).toString("hex") });
  },
};

const textOf = ({ kafka, username, password, scram, grants, brokersVersion }: KafkaUserInputs): string =>
  JSON.stringify([kafka, username, password, scram, grants, brokersVersion]);

async function apply({ kafka, username, password, scram, grants }: KafkaUserInputs): Promise<void> {
  if (scram) await alter(kafka, { user: username, password });
  const acl = grants.flatMap((grant) => entriesOf(username, grant));
  await withAdmin(kafka, async (admin) => {
    await admin.deleteAcls({ filters: [allOf(username)] });
    await admin.createAcls({ acl });
  });
}

/** A broker that is only just starting is asked again. */
async function alter(kafka: KafkaConnection, set: ScramPassword): Promise<void> {
  const { login } = kafka;
  if (login === undefined) throw new InfraError("USER_REFUSED", "a user can be made only by one who logs in");
  let last = "it was not asked yet";
  const done = await pollUntil(DEADLINE_MS, async () => {
    try {
      await withBroker(kafka, (socket) => alterScram(socket, login, set));
      return true;
    } catch (error) {
      last = (error as Error).message;
      return undefined;
    }
  });
  if (done === undefined)
    throw new InfraError("USER_REFUSED", `Kafka did not take the password of user ${set.user}: ${last}`);
}

const OPERATIONS = {
  read: kafkajs.AclOperationTypes.READ,
  write: kafkajs.AclOperationTypes.WRITE,
  describe: kafkajs.AclOperationTypes.DESCRIBE,
  delete: kafkajs.AclOperationTypes.DELETE,
} as const;

const entriesOf = (username: string, { on, name, prefixed = false, may }: Grant): AclEntry[] =>
  may.map((operation) => ({
    principal: `User:${username}`,
    host: "*",
    operation: OPERATIONS[operation],
    permissionType: kafkajs.AclPermissionTypes.ALLOW,
    resourceType: on === "topic" ? kafkajs.AclResourceTypes.TOPIC : kafkajs.AclResourceTypes.GROUP,
    resourceName: name,
    resourcePatternType: prefixed
      ? kafkajs.ResourcePatternTypes.PREFIXED
      : kafkajs.ResourcePatternTypes.LITERAL,
  }));

const allOf = (username: string) => ({
  principal: `User:${username}`,
  resourceType: kafkajs.AclResourceTypes.ANY,
  resourcePatternType: kafkajs.ResourcePatternTypes.ANY,
  operation: kafkajs.AclOperationTypes.ANY,
  permissionType: kafkajs.AclPermissionTypes.ANY,
});
