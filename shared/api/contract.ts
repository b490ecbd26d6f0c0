import { agentContract } from "./agents.ts";
import { conversationContract } from "./conversations.ts";
import { customerContract } from "./customers.ts";
import { fileContract } from "./files.ts";
import { messageContract } from "./messages.ts";
import { operationsContract } from "./operations.ts";
import { webhookContract } from "./webhooks.ts";

/** By operation, what `functions/api` carries out. */
export const contract = {
  ...conversationContract,
  ...messageContract,
  ...agentContract,
  ...customerContract,
  ...operationsContract,
  ...webhookContract,
};

export type Operations = typeof contract;
export type OperationName = keyof Operations;

/** The whole API as one table, with what `functions/files` carries out: `infra/openapi` documents it, `shared/client` calls it. */
export const wholeContract = { ...contract, ...fileContract };

export type WholeOperations = typeof wholeContract;
export type WholeOperationName = keyof WholeOperations;
