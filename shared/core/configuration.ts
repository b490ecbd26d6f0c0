import type { Capabilities } from "./capabilities.ts";
import type { Inbox } from "./inbox.ts";
import type { Priority, RoutingStep } from "./decision.ts";
import type { AgentProfile, QueueProfile } from "./pool/types.ts";

/** router.yaml after validation, with every default filled in. Serialised as JSON into each function's bundle. */
export interface Configuration {
  schemaVersion: 1;
  /** 12 hexadecimal digits of the content's digest: names the rule set in decisions */
  version: string;
  defaultLanguage: string;
  /** BCP 47 primary subtags (ISO 639-1) that detection may answer; a text in any other is treated as unknown */
  languages: string[];
  inboxes: Inbox[];
  /** by `capabilityKey`: every channel that is built */
  channels: Record<string, Capabilities>;
  hours: BusinessHours[];
  pools: Pool[];
  rules: RoutingRule[];
  /** where a conversation goes when no rule names a queue */
  defaultQueueId: string;
  /** received + this = the latest time at which it should be taken, by priority */
  maxWaitMs: Record<Priority, number>;
  /** text by reply key and language */
  replies: Record<string, Record<string, string>>;
  /** texts that agents choose from; `{{customer.name}}` and the like stand for what the desk fills in */
  cannedReplies: CannedReply[];
  templates: MessageTemplate[];
}

/** A text that a provider has approved to be sent at any time. */
export interface MessageTemplate {
  id: string;
  title: string;
  inboxIds: string[];
  /** by our language (ISO 639-1) */
  texts: Record<
    string,
    {
      /** the provider's name for it */
      name: string;
      /** the provider's code, e.g. `en_US` */
      language: string;
      /** with its gaps as {{1}}, {{2}} … */
      body: string;
    }
  >;
  /** what stands in each gap, for whoever fills them in */
  parameters: string[];
}

export interface CannedReply {
  id: string;
  title: string;
  /** by language */
  text: Record<string, string>;
  /** absent: in every queue */
  queueIds?: string[];
}

/** Local opening hours; a holiday closes the whole local day. */
export interface BusinessHours {
  id: string;
  /** IANA name, e.g. Europe/Berlin */
  timeZone: string;
  /** mon … sun → list of [from, to) as HH:MM; 24:00 ends a day */
  week: Partial<Record<Weekday, [string, string][]>>;
  /** YYYY-MM-DD */
  holidays: string[];
}

export type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

export interface Pool {
  id: string;
  agents: AgentProfile[];
  queues: QueueProfile[];
  rampUpMs: number;
}

/** All conditions that are present must hold. */
export interface RuleConditions {
  channels?: string[];
  inboxes?: string[];
  languages?: string[];
  /** any of these words or phrases, whole words, case and accents folded */
  words?: string[];
  /** an RE2 expression */
  pattern?: string;
  /** attribute → one of these values */
  attributes?: Record<string, (string | number | boolean)[]>;
  /** is it open (true) or closed (false) by the hours named? */
  open?: { hours: string; is: boolean };
}

/** In a requirement, this skill stands for the language of the message: {language, 3} asks for de 3 when the text is German. */
export const messageLanguageSkill = "language";

export interface RuleActions {
  queue?: string;
  /** requirements that relax in steps; a single step without an end is the common case. Those of several rules add up. */
  steps?: RoutingStep[];
  priority?: Priority;
  tags?: string[];
  /** key into `replies`; goes out with the message that opens a conversation only */
  reply?: string;
}

/** Rules are tried in order; each that matches adds its actions, a later queue or priority does not replace an earlier one. `stop` ends the list. */
export interface RoutingRule {
  id: string;
  when: RuleConditions;
  do: RuleActions;
  stop: boolean;
}
