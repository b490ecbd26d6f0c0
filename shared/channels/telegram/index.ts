import { limits } from "../../core/limits.ts";
import type { Channel } from "../channel.ts";
import { parse } from "./inbound.ts";
import { media } from "./media.ts";
import { send } from "./outbound.ts";
import { updatesPath, verify } from "./signature.ts";

const mebibyte = 1024 * 1024;

/** Private chats with a bot of Telegram's. */
export const telegram: Channel = {
  name: "telegram",
  // https://core.telegram.org/bots/features#creating-a-new-bot (user names)
  inboxAddress: { pattern: /^\w{5,32}$/, expected: 'the bot\'s user name without "@", such as "switchyard_bot"' },
  secretName: "telegram",
  capabilities: {
    rates: [
      { messages: 30, seconds: 1, per: "inbox" },
      { messages: 1, seconds: 1, per: "address" },
    ],
    text: { maxCharacters: 4_096, maxParts: limits.maxReplyParts },
    media: {
      maxCount: 1,
      // Of files that it fetches by a link ("Sending files"); of documents it fetches PDF, ZIP and GIF alone.
      types: [
        { pattern: "image/jpeg", maxBytes: 5 * mebibyte },
        { pattern: "image/png", maxBytes: 5 * mebibyte },
        { pattern: "image/webp", maxBytes: 5 * mebibyte },
        { pattern: "image/gif", maxBytes: 20 * mebibyte },
        { pattern: "video/mp4", maxBytes: 20 * mebibyte },
        { pattern: "audio/mpeg", maxBytes: 20 * mebibyte },
        { pattern: "audio/mp4", maxBytes: 20 * mebibyte },
        { pattern: "audio/ogg", maxBytes: mebibyte },
        { pattern: "application/pdf", maxBytes: 20 * mebibyte },
        { pattern: "application/zip", maxBytes: 20 * mebibyte },
      ],
      maxCaptionCharacters: 1_024,
    },
    // Private chats have the user's id, which is positive ("Chat").
    reachableAddress: "^[1-9]\\d{0,15}$",
    quickReplies: { maxCount: 10, maxCharacters: 64 },
    subjects: false,
  },
  webhook: {
    paths: [updatesPath],
    verify,
    parse,
    // A body with a method in it would be carried out as a call.
    acknowledgement: { contentType: "text/plain; charset=utf-8", body: "" },
    statusPath: () => null,
  },
  send,
  lookup: async () => ({ outcome: "undecided", reason: "Telegram keeps no list of what a bot has sent" }),
  media,
};
