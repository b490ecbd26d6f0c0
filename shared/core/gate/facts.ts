import type { Capabilities } from "../capabilities.ts";
import type { MessageTemplate } from "../configuration.ts";
import type { Inbox } from "../inbox.ts";
import type { Identity } from "../customer.ts";
import type { TemplateUse } from "../message.ts";
import type { Timestamp } from "../time.ts";

/** A file that is to go out. */
export interface FileFacts {
  /** MIME type, as its content shows */
  contentType: string;
  bytes: number;
  name: string;
}

/** All that the gate may know about a message out. */
export interface SendFacts {
  /** of a template, how it reads */
  text: string;
  files: FileFacts[];
  template?: TemplateUse;
  /** answers to choose from */
  quickReplies: string[];
  /** nobody wrote it */
  isAutomatic: boolean;
  /** the customer's address on the channel */
  address: string;
  inboxId: string;
  /** absent: the configuration has no inbox of that id any more */
  inbox: Inbox | undefined;
  /** absent: nobody has ever written from that address */
  identity:
    | Pick<Identity, "optOuts" | "blocked" | "unreachable" | "shutOut" | "leftAt" | "evidence" | "consent">
    | undefined;
  /** absent: the channel is not built or no longer registered */
  capabilities: Capabilities | undefined;
  /** those that are approved for the inbox */
  templates: Pick<MessageTemplate, "id" | "parameters">[];
  /** when the customer last wrote from that address to that inbox; absent: never */
  lastInboundAt: Timestamp | undefined;
  /** what the inbox has spent today, in millionths; 0 where it has no cap */
  spentMicros: number;
  /** milliseconds since 1970 */
  now: number;
}

export type RefusalReason =
  | "no-route-back"
  | "inbox-suspended"
  | "blocked-address"
  | "address-unreachable"
  | "opted-out"
  | "no-consent"
  | "country-not-allowed"
  | "spend-cap"
  | "quiet-hours"
  | "window-closed"
  | "template-not-taken"
  | "template-parameters"
  | "text-empty"
  | "text-too-long"
  | "files-not-taken"
  | "file-too-large"
  | "quick-replies-not-taken";

/** What could be done in place of what was refused. */
export type Alternative =
  /** one of these goes out at any time */
  | { kind: "template"; templateIds: string[] }
  /** another address of the same customer, to which this very message may go */
  | { kind: "other-channel"; identityId: string; channel: string; address: string; inboxId: string }
  | { kind: "wait-until"; at: Timestamp }
  /** what the customer writes to the inbox opens it again */
  | { kind: "wait-for-message"; inboxId: string }
  | { kind: "wait-for-opt-in"; inboxId: string }
  | { kind: "unblock"; address: string }
  /** an operator brings it back into router.yaml */
  | { kind: "restore-inbox"; inboxId: string }
  | { kind: "resume-inbox"; inboxId: string }
  | { kind: "allow-country"; inboxId: string; address: string }
  | { kind: "raise-spend-cap"; inboxId: string }
  | { kind: "record-consent"; address: string }
  | { kind: "write-text" }
  | { kind: "shorten-text"; maxCharacters: number }
  /** all that are named, or as many as are over `maxCount`; `types` are taken */
  | { kind: "remove-files"; names: string[]; maxCount: number; types: string[] }
  | { kind: "remove-quick-replies"; maxCount: number; maxCharacters: number }
  | { kind: "fill-template"; parameters: string[]; maxCharacters: number };

export interface Refusal {
  ok: false;
  reason: RefusalReason;
  /** for a person, in English: what stands in the way and who can change it */
  explanation: string;
  alternatives: Alternative[];
}

/** `asHumanAgent`: the window is closed but for a person's answer, which this is and has to be marked as. */
export type CanSendVerdict = { ok: true; asHumanAgent?: true } | Refusal;

/** The same facts once it is known that there are an inbox and a channel. */
export interface RoutedFacts extends SendFacts {
  inbox: Inbox;
  capabilities: Capabilities;
}

export type SendRule = (facts: RoutedFacts) => Refusal | undefined;

export function refuse(reason: RefusalReason, explanation: string, ...alternatives: Alternative[]): Refusal {
  return { ok: false, reason, explanation, alternatives };
}
