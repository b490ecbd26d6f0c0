import { limits } from "../../core/limits.ts";
import type { Channel } from "../channel.ts";
import { parse } from "./inbound.ts";
import { media } from "./media.ts";
import { send } from "./outbound.ts";
import { inboxPath, verify } from "./signature.ts";

/** Anything else that people write by: a system of the company's own, which signs what it says after Standard Webhooks. */
export const custom: Channel = {
  name: "custom",
  inboxAddress: { pattern: /\S/, expected: "a name" },
  secretName: "custom",
  capabilities: {
    text: { maxCharacters: limits.maxReplyCharacters, maxParts: 1 },
    media: {
      maxCount: limits.maxReplyFiles,
      types: [{ pattern: "*/*", maxBytes: limits.maxUploadBytes }],
      maxCaptionCharacters: limits.maxReplyCharacters,
    },
    needsReplyUrl: true,
    addressScope: "inbox",
    broughtAddress: {
      pattern: `^\\S(.{0,${limits.maxAddressCharacters - 2}}\\S)?$`,
      expected: `a name of 1 to ${limits.maxAddressCharacters} characters without space around it`,
      precedence: 9,
    },
    quickReplies: { maxCount: 20, maxCharacters: 200 },
    subjects: false,
  },
  webhook: {
    paths: [inboxPath],
    verify,
    parse,
    acknowledgement: { contentType: "application/json", body: "{}" },
    // Statuses come to the inbox's own path, with the send's id in them.
    statusPath: () => null,
  },
  send,
  lookup: async () => ({ outcome: "undecided", reason: "a system of another's keeps no list that we could ask for" }),
  media,
};
