import { agentContract } from "./agents.ts";
import { conversationContract } from "./conversations.ts";
import { customerContract } from "./customers.ts";
import { messageContract } from "./messages.ts";
import { operationsContract } from "./operations.ts";
import { webhookContract } from "./webhooks.ts";

/**
 * The whole API as one table, by operation: what `functions/api` carries out, `infra/openapi` documents and
 * `shared/client` calls.
 */
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
