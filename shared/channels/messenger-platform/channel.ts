import type { Capabilities } from "../../core/capabilities.ts";
import { MediaRefused } from "../../ports/media.ts";
import type { Channel } from "../channel.ts";
import { acknowledgement, metaPaths } from "../meta/envelope.ts";
import { handshake } from "../meta/handshake.ts";
import { verify } from "../meta/signature.ts";
import { mediaHosts } from "./attachments.ts";
import type { Platform } from "./event.ts";
import { parserOf } from "./inbound.ts";
import { lookupOn } from "./lookup.ts";
import { senderOn } from "./outbound.ts";

/** What differs between the channels of the Messenger Platform is data; the rest is here. */
export const channelOn = (platform: Platform, limits: Pick<Capabilities, "text" | "media" | "rates">): Channel => ({
  name: platform.channel,
  inboxAddress: { pattern: /^\d{5,20}$/, expected: "the id of a page or account at Meta: digits alone" },
  secretName: "meta",
  capabilities: {
    ...limits,
    // https://developers.facebook.com/documentation/business-messaging/messenger-platform/policy: the tag HUMAN_AGENT is good for 7 days
    window: { hours: 24, humanAgentHours: 7 * 24 },
    quickReplies: { maxCount: 13, maxCharacters: 20 },
    subjects: false,
    namesProviderIds: true,
  },
  webhook: {
    paths: metaPaths,
    verify,
    handshake,
    parse: (request, config) => parserOf(platform)(request, config),
    acknowledgement,
    // Reports come by the webhook, and name messages by what we gave along or by Meta's ids.
    statusPath: () => null,
  },
  send: (request, ports) => senderOn(platform)(request, ports),
  lookup: (request, ports) => lookupOn(platform)(request, ports),
  media: {
    ...mediaHosts,
    async locate({ url }) {
      if (url === undefined) throw new MediaRefused("Meta gave no link to this file.");
      return { url, headers: {} };
    },
  },
});
