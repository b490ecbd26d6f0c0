import type { WholeOperationName } from "./contract.ts";
import type { ProblemReason } from "./problems.ts";

/*
 * What is said about the API to those who read about it: apart from the contract, so that no function carries it.
 */

/** What each operation does. */
export const summaries: Record<WholeOperationName, string> = {
  listConversations: "Lists conversations that you may see; without a status, open ones",
  getConversation: "Shows a conversation",
  setTags: "Replaces a conversation's tags",
  resolveConversation: "Resolves a conversation, unless a newer message has come",
  reopenConversation: "Opens a resolved conversation again",
  transferConversation:
    "Passes a conversation on to a queue, to skills or, by a supervisor, to an agent of the same pool",
  snoozeConversation: "Sets a conversation aside and frees its units; null ends that, and so does a customer's message",
  search:
    "Searches customer, address, tag, subject and text of the conversations updated last that you may see, and an address in full at any age",
  listMessages: "Lists a conversation's messages, oldest first",
  getText: "The whole text of a message as it came, quotations among it",
  getHtml: "A message's HTML as it came, unsafe as it is: show it only where it can do nothing",
  getMedia: "A link under which one attachment can be downloaded for five minutes",
  listDecisions: "How each message of a conversation was routed, and by which rules",
  listRoutes: "The addresses of the customer that a reply could go to, and whether the gate lets it",
  writeMessage: "Replies to the customer, or writes a note, which stays inside",
  uploadFile: "Takes a file for a reply to come; what no reply names within a week is gone",
  listAgents: "Lists agents with their presence and load",
  getAgent: "Shows an agent's presence and load",
  setPresence: "Sets whether an agent takes conversations: one's own, or as a supervisor anybody's",
  listOffers: "Lists your open offers",
  acceptOffer: "Takes the conversation that you were offered",
  rejectOffer: "Leaves the conversation that you were offered to others",
  createSocketTicket: "Makes a ticket that opens one WebSocket connection within a minute",
  listCannedReplies: "Lists texts to choose from, of your queues or of one",
  findCustomers: "Finds customers by an address in full, on whichever channel uses it",
  getCustomer: "Shows a customer; of one that was merged into another, that other one",
  changeCustomer: "Sets what is named of a customer; an attribute that is null is removed",
  listCustomerHistory: "Lists a customer's conversations on all channels, newest first",
  mergeCustomers: "Joins another customer to this one, which survives; the earlier of two open conversations goes on",
  undoMerge: "Parts two customers again; an open conversation of both stays with who opened it",
  exportCustomer: "All that is kept about a customer, in one document; a link to it where that is over 5 MB",
  eraseCustomer: "Removes a customer with all messages, for ever",
  importCustomers: "Takes in records of another system; repeating it changes nothing, and each bad record is named",
  blockIdentity: "Blocks an address or lifts it: messages from it wake nobody, and nothing goes out to it",
  listQueues: "Depth, age of the oldest and available agents of each queue that you may see",
  listParked: "Lists everything that could not be done and waits for a person, longest first",
  redriveParked: "Sends on what is parked, as it was",
  listSends: "Lists replies of which nobody knows whether they went out, with what can be done",
  listWebhooks: "Lists receivers of events with their state and last error",
  createWebhook: "Adds a receiver of events; its secret is shown this once",
  getWebhook: "Shows a receiver's state and last error",
  changeWebhook: "Changes a receiver, disables it, or takes it up again and tries at once what waits",
  rotateWebhookSecret: "Makes a new secret; the one before signs along for a day",
  removeWebhook: "Removes a receiver with all that waits for it",
};

/** What each reason to refuse means, and what can be done. */
export const meanings: Record<ProblemReason, string> = {
  "newer-message": "A message came that the caller had not seen: read it, then decide again.",
  "refused-by-pool": "The conversation's state in its pool does not allow it; the detail says why.",
  resolved: "The conversation is resolved: reopen it first.",
  "open-conversation": "The customer has another open conversation, named in `conversationId`: go on there.",
  "offer-ended": "The offer lapsed, was answered or withdrawn.",
  "no-route-back": "No reply can reach that address, or our inbox or channel for it is gone.",
  "blocked-address": "Somebody blocked the address: unblock it first.",
  "opted-out": "The customer stopped messages from this inbox; only they can lift it.",
  "text-empty": "The text has nothing but spaces.",
  "text-too-long": "The channel takes shorter texts; `alternatives` names the most.",
  "key-reused": "The Idempotency-Key was used with another request: take a new one.",
  "at-provider": "The file is still at the provider and was not taken over into our bucket.",
  "too-many-attributes": "The customer would have more attributes than are kept: remove some.",
  "too-many-webhooks": "There are as many webhooks as events are told to: remove one.",
  "same-customer": "Both are one customer already.",
  "already-undone": "The merge was undone before.",
  "kept-changing": "Somebody else changed it at the same moment, time and again: try again.",
  unreadable: "What is parked is no JSON, so that no function could read it.",
  "no-message": "The reply that the parked send belongs to is gone.",
  "not-parked-yet": "The send is still being looked into: try again in a moment.",
  "already-settled": "The send has an outcome by now: there is nothing to send again.",
};
