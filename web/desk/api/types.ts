import type { agentContract } from "../../../shared/api/agents.ts";
import type { conversationContract } from "../../../shared/api/conversations.ts";
import type { customerContract } from "../../../shared/api/customers.ts";
import type { fileContract } from "../../../shared/api/files.ts";
import type { messageContract } from "../../../shared/api/messages.ts";
import type { operationsContract } from "../../../shared/api/operations.ts";
import type { AnswerOf, BodyOf } from "../../../shared/api/route.ts";

/*
 * What the API answers, by the contract that it answers under: the two can't drift apart.
 */

export interface Page<Item> {
  items: Item[];
  cursor?: string;
}

type Item<Answer> = Answer extends Page<infer One> ? One : never;

export type Agent = AnswerOf<typeof agentContract.getAgent>;
export type PresenceStatus = Agent["status"];
export type Offer = Item<AnswerOf<typeof agentContract.listOffers>>;
export type CannedReply = Item<AnswerOf<typeof agentContract.listCannedReplies>>;
export type Conversation = AnswerOf<typeof conversationContract.getConversation>;
export type Found = AnswerOf<typeof conversationContract.search>;
export type TransferTarget = Omit<BodyOf<typeof conversationContract.transferConversation>, "note">;
export type Message = AnswerOf<typeof messageContract.writeMessage>;
export type Written = BodyOf<typeof messageContract.writeMessage>;
export type Received = Extract<Message, { direction: "in" }>;
export type Sent = Extract<Message, { direction: "out" }>;
/** How a message refers to another one, or to something else that the customer saw. */
export type Context = NonNullable<Received["context"]>;
export type MessageFile = Message["media"][number];
export type Route = Item<AnswerOf<typeof messageContract.listRoutes>>;
export type RouteCapabilities = Route["capabilities"];
export type Template = Item<AnswerOf<typeof messageContract.listTemplates>>;
export type Uploaded = AnswerOf<typeof fileContract.uploadFile>;
export type Customer = AnswerOf<typeof customerContract.getCustomer>;
export type ListedCustomer = Item<AnswerOf<typeof customerContract.findCustomers>>;
export type MergePreview = AnswerOf<typeof customerContract.previewMerge>;
export type CustomerChange = BodyOf<typeof customerContract.changeCustomer>;
export type Identity = Customer["identities"][number];
export type Attributes = Customer["attributes"];
export type Merge = Customer["merges"][number];
export type Queue = Item<AnswerOf<typeof agentContract.listQueues>>;
export type Send = Item<AnswerOf<typeof operationsContract.listSends>>;
export type SendAction = Send["actions"][number];
