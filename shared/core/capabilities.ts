import type { Inbox } from "./inbox.ts";

/** What core may ask about a channel, as data: it never asks for a channel by name. */
export interface Capabilities {
  text: TextLimits;
  media: MediaLimits;
  /** a regular expression over addresses that a reply can reach; absent: all */
  reachableAddress?: string;
  /** an inbox that has no `replyUrl` only receives: no reply can leave it */
  needsReplyUrl?: true;
  /** forms of one address: each pattern that matches is replaced (String.replace), in order, and what comes out names the identity */
  sameAddress?: { pattern: string; replacement: string }[];
  /** addresses are telephone numbers (E.164), so that countries and prices go by their first digits */
  telephone?: true;
  /** each inbox has addresses of its own: whoever writes to another one from the same is somebody else; absent: they are all one's */
  addressScope?: "inbox";
  /** what an address looks like that another system brings; absent: they are known by messages alone */
  broughtAddress?: {
    /** a regular expression */
    pattern: string;
    /** for a person; follows "is not" */
    expected: string;
    /** capital letters make no other address */
    ignoresCase?: true;
    /** of one person's addresses that nobody has met, the one with the lowest number says which customer they become */
    precedence: number;
  };
  /** each message lies in the bucket as it came for a while, under this and its provider's id */
  rawPrefix?: string;
  /** whoever never wrote to us from there must have agreed to be written to */
  needsConsent?: true;
  /** how long after the customer's last message to an inbox it may write freely; absent: for ever */
  window?: ReplyWindow;
  /** messages that the provider has approved beforehand can be sent */
  templates?: true;
  /** answers to choose from: so many at most, each so long; absent: none */
  quickReplies?: {
    maxCount: number;
    maxCharacters: number;
    /** of the text above them, where that is less than of others */
    maxTextCharacters?: number;
  };
  /** how fast the provider takes messages; what comes faster it queues, or refuses with a pause that is kept (`notSent`) */
  rates?: SendRate[];
  /** its messages have a subject */
  subjects: boolean;
  /** answers or reports name messages by their provider's ids, which are remembered therefore */
  namesProviderIds?: true;
}

export interface SendRate {
  messages: number;
  seconds: number;
  /** from one of our inboxes, or to one address from it */
  per: "inbox" | "address";
}

/** Of one message out; what is longer goes out in parts, cut between words where that can be. */
export interface TextLimits {
  /** UTF-16 code units; a provider that counts otherwise never takes fewer */
  maxCharacters: number;
  /** UTF-8, where the provider counts so */
  maxBytes?: number;
  /** 1: a longer text is refused */
  maxParts: number;
  /** a text is billed by the piece, as the first of these whose characters it keeps to; absent: a message is one piece */
  segments?: SegmentSize[];
}

export interface SegmentSize {
  /** a regular expression over whole texts */
  pattern: string;
  /** UTF-16 code units of a text that is one piece, and of each piece of a longer one */
  alone: number;
  joined: number;
}

/** Of files on messages out. A customer's files are kept whatever they are. */
export interface MediaLimits {
  /** files on one message; a reply with more goes out in parts. 0: none can be sent */
  maxCount: number;
  /** of all files on one message together; absent: each has its own limit alone */
  maxTotalBytes?: number;
  /** a reply whose files are larger together is refused, not sent in parts */
  isOneMessage?: true;
  /** a regular expression over the names of files that the provider takes in no type, in lower case */
  refusedName?: string;
  /** MIME types, `*` for any behind the slash, each with its largest size; the first that matches counts */
  types: {
    pattern: string;
    maxBytes: number;
    /** its text goes out as a message of its own before it, whatever others take */
    withoutCaption?: true;
  }[];
  /** of a text on the same message as a file; 0: the text goes out as a message of its own before it */
  maxCaptionCharacters: number;
}

export interface ReplyWindow {
  hours: number;
  /** how long a person, but nothing automatic, may still answer */
  humanAgentHours?: number;
}

/** Under which `Configuration.channels` has them: a channel with several providers has an entry for each. */
export const capabilityKey = ({ channel, provider }: Pick<Inbox, "channel" | "provider">): string =>
  provider === undefined ? channel : `${channel}/${provider}`;

/** The channel whose capabilities stand under that key. */
export const channelOfKey = (key: string): string => key.split("/", 1)[0]!;

/** @returns undefined where the channel is not built any more, or its inbox has left the configuration */
export function capabilitiesOf(
  { channel, inboxId }: { channel: string; inboxId: string },
  config: { channels: Record<string, Capabilities>; inboxes: Inbox[] },
): Capabilities | undefined {
  const inbox = config.inboxes.find(({ id }) => id === inboxId);
  return config.channels[capabilityKey(inbox ?? { channel })];
}

/** What is said about files of this type. @param contentType parameters behind a semicolon count for nothing */
export function mediaTypeOf(contentType: string, { types }: MediaLimits): MediaLimits["types"][number] | undefined {
  const [type = ""] = contentType.toLowerCase().split(";");
  const family = `${type.trim().split("/")[0]}/*`;
  return types.find(({ pattern }) => pattern === type.trim() || pattern === family || pattern === "*/*");
}
