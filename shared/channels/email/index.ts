import { limits } from "../../core/limits.ts";
import { rawMailPrefix } from "../../ports/blobs.ts";
import type { Channel } from "../channel.ts";
import { send } from "./outbound.ts";
import { refusedEndings } from "./refused-endings.ts";

/** One mailbox: nothing that a header could read as a list, a comment or its end. */
const character = '[^\\s@<>,;:"()\\\\\\x00-\\x1f\\x7f-\\x9f]';
const mailbox = `^${character}{1,64}@${character}{1,255}$`;

/** Mail by SES. It comes in through its queue (functions/mail), and so does what became of mail that went out. */
export const email: Channel = {
  name: "email",
  inboxAddress: {
    // RFC 5321, section 4.5.3.1: 64 octets before the @; what is behind a plus sign there is ours to add.
    pattern: /^[a-z0-9._-]{1,64}@([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/,
    expected: 'a mail address in lower case without a plus sign, such as "support@shop.example"',
  },
  secretName: "signing",
  capabilities: {
    text: { maxCharacters: 100_000, maxParts: 1 },
    media: {
      maxCount: limits.maxReplyFiles,
      maxTotalBytes: limits.maxMailFilesBytes,
      isOneMessage: true,
      types: [{ pattern: "*/*", maxBytes: limits.maxMailFilesBytes }],
      refusedName: `\\.(${refusedEndings.join("|")})$`,
      maxCaptionCharacters: limits.maxReplyCharacters,
    },
    subjects: true,
    namesProviderIds: true,
    reachableAddress: mailbox,
    broughtAddress: {
      pattern: mailbox,
      expected: "a mail address, e.g. erika@example.org",
      ignoresCase: true,
      precedence: 2,
    },
    rawPrefix: rawMailPrefix,
  },
  send,
  // SES lists no sends. What it took, its events tell: "send" comes at once.
  lookup: async () => ({
    outcome: "undecided",
    reason: "SES keeps no list of sends; its events say what became of one",
  }),
};
