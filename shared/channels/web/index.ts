import { limits } from "../../core/limits.ts";
import type { Channel } from "../channel.ts";
import { webChannel } from "./address.ts";
import { lookup, send } from "./outbound.ts";

/** Chat on a company's own pages: customers connect to us, so there is no provider and no webhook. */
export const web: Channel = {
  name: webChannel,
  inboxAddress: { pattern: /\S/, expected: "a name" },
  secretName: null,
  capabilities: {
    text: { maxCharacters: limits.maxReplyCharacters, maxParts: 1 },
    media: {
      maxCount: limits.maxReplyFiles,
      types: [{ pattern: "*/*", maxBytes: limits.maxUploadBytes }],
      maxCaptionCharacters: limits.maxReplyCharacters,
    },
    subjects: false,
    reachableAddress: "^(ses_[0-9a-z]{26}|user:.{1,128})$",
    broughtAddress: {
      pattern: "^user:.{1,128}$",
      expected: 'the id that you vouch for in the web chat behind "user:", e.g. user:4711',
      precedence: 3,
    },
  },
  send,
  lookup,
};
