import { limits } from "../../core/limits.ts";
import type { Channel } from "../channel.ts";
import { channelOn } from "../messenger-platform/channel.ts";

const megabyte = 1024 * 1024;
const ofImages = 8 * megabyte;
const ofOthers = 25 * megabyte;

/** As browsers and tools name the formats that Instagram takes. */
const types = {
  [ofImages]: ["image/png", "image/jpeg"],
  [ofOthers]: [
    "video/mp4",
    "video/ogg",
    "video/x-msvideo",
    "video/quicktime",
    "video/webm",
    "audio/aac",
    "audio/mp4",
    "audio/x-m4a",
    "audio/wav",
    "audio/x-wav",
    "application/pdf",
  ],
};

/** Instagram messaging of a professional account that is linked to a page, whose token finds it. */
export const instagram: Channel = channelOn(
  { channel: "instagram", object: "instagram", nodeOf: () => "me" },
  {
    text: { maxCharacters: 1000, maxBytes: 1000, maxParts: limits.maxReplyParts },
    media: {
      maxCount: 1,
      types: Object.entries(types).flatMap(([maxBytes, patterns]) =>
        patterns.map((pattern) => ({ pattern, maxBytes: Number(maxBytes) })),
      ),
      maxCaptionCharacters: 0,
    },
    // Of texts and links; of sound and video 10.
    rates: [{ messages: 100, seconds: 1, per: "inbox" }],
  },
);
