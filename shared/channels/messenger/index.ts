import { limits } from "../../core/limits.ts";
import type { Channel } from "../channel.ts";
import { channelOn } from "../messenger-platform/channel.ts";

const megabyte = 1024 * 1024;
const largest = 25 * megabyte;

/** Facebook Messenger: an inbox is a page. */
export const messenger: Channel = channelOn(
  { channel: "messenger", object: "page", nodeOf: ({ address }) => address },
  {
    text: { maxCharacters: 2000, maxParts: limits.maxReplyParts },
    media: {
      maxCount: 1,
      types: [
        { pattern: "image/*", maxBytes: 8 * megabyte },
        { pattern: "video/*", maxBytes: largest },
        { pattern: "audio/*", maxBytes: largest },
        { pattern: "application/*", maxBytes: largest },
        { pattern: "text/*", maxBytes: largest },
      ],
      maxCaptionCharacters: 0,
    },
    // Of texts and links; of sound and video 10.
    rates: [{ messages: 300, seconds: 1, per: "inbox" }],
  },
);
