import type { Channel } from "../channel.ts";
import type { Carriage } from "./carriage.ts";
import { messagesPath, parse, statusPath } from "./inbound.ts";
import { listInbound } from "./list.ts";
import { lookup } from "./lookup.ts";
import { media } from "./media.ts";
import { send } from "./outbound.ts";
import { verify } from "./signature.ts";

/** A channel of messages that Twilio carries: all but what `carriage` says is the same for each. */
export const twilioChannel = (carriage: Carriage): Channel => ({
  name: carriage.channel,
  inboxAddress: carriage.inboxAddress,
  provider: carriage.provider,
  secretName: "twilio",
  capabilities: carriage.capabilities,
  webhook: {
    paths: [messagesPath, statusPath],
    verify,
    parse: (request, config) => parse(request, config, carriage),
    // TwiML that answers nothing: replies go through the message API, where they have an id.
    acknowledgement: { contentType: "text/xml", body: "<Response/>" },
    statusPath: (sendId) => `/webhooks/twilio/status/${sendId}`,
  },
  send: (request, ports) => send(request, ports, carriage),
  lookup: (request, ports) => lookup(request, ports, carriage),
  media,
  listInbound: (request, ports, config) => listInbound(request, ports, config, carriage),
});
