import { isoTime } from "../../../../shared/ports/clock.ts";
import type { OutboxItem } from "../provider.ts";
import { bareAddress, isWhatsApp, type SimulatedMessage } from "./message.ts";

/** Under which a file of a message is shown, by its SID. */
export const filePath = "/sim/twilio/media";

/** A message as its customer's phone has it. */
export const outboxItemOf = (message: SimulatedMessage): OutboxItem => ({
  channel: isWhatsApp(message.to) ? "whatsapp" : "sms",
  from: bareAddress(message.from),
  to: bareAddress(message.to),
  text: message.body,
  subject: null,
  headers: {},
  providerId: message.sid,
  at: isoTime(message.deliveredAt!),
  ...(message.media.length > 0 && {
    media: message.media.map(({ sid, contentType }) => ({ contentType, url: `${filePath}/${sid}` })),
  }),
});
