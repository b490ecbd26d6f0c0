import { agentAnswers } from "./agents.ts";
import { conversationAnswers } from "./conversations.ts";
import { customerAnswers } from "./customers.ts";
import { fileAnswers } from "./files.ts";
import { messageAnswers } from "./messages.ts";
import { operationsAnswers } from "./operations.ts";
import { webhookAnswers } from "./webhooks.ts";
import type { WholeOperationName } from "../contract.ts";
import type * as z from "zod/mini";

/** What each operation answers: for those who document, check or call the API. */
export const answers: Record<WholeOperationName, z.ZodMiniType> = {
  ...conversationAnswers,
  ...messageAnswers,
  ...agentAnswers,
  ...customerAnswers,
  ...operationsAnswers,
  ...webhookAnswers,
  ...fileAnswers,
};
