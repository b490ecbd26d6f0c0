import { agentContract } from "./agents.ts";
import { conversationContract } from "./conversations.ts";
import { messageContract } from "./messages.ts";

/** What `functions/api` carries out: agents and their conversations. A file of its own, so that its bundle holds nothing of the other part. */
export const agentsApi = { ...conversationContract, ...messageContract, ...agentContract };
