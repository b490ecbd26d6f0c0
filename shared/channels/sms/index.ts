import type { Channel } from "../channel.ts";
import { messagesPath, parse, statusPath } from "./inbound.ts";
import { lookup } from "./lookup.ts";
import { send } from "./outbound.ts";
import { verify } from "../twilio/signature.ts";

/** ITU-T E.164 */
const e164 = "^\\+[1-9]\\d{1,14}$";

/** SMS and MMS by Twilio. */
export const sms: Channel = {
  name: "sms",
  secretName: "twilio",
  capabilities: {
    optOut: true,
    text: { maxCharacters: 1600, maxParts: 10 },
    media: { maxCount: 0, types: [], maxCaptionCharacters: 0 },
    telephone: true,
    statuses: true,
    subjects: false,
    typing: false,
    // Short codes and senders' names only send.
    reachableAddress: e164,
    broughtAddress: {
      pattern: e164,
      expected: 'a number in E.164: "+", the country\'s code and the number without its leading 0, e.g. +4915112345678',
      precedence: 1,
    },
  },
  webhook: {
    paths: [messagesPath, statusPath],
    verify,
    parse,
    // TwiML that answers nothing: replies go through the message API, where they have an id.
    acknowledgement: { contentType: "text/xml", body: "<Response/>" },
    statusPath: (sendId) => `/webhooks/twilio/status/${sendId}`,
  },
  send,
  lookup,
};
