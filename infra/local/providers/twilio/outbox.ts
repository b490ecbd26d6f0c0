import { isoTime } from "../../../../shared/ports/clock.ts";
import { shownAt, type OutboxItem } from "../provider.ts";
import { bareAddress, isWhatsApp, type SimulatedMessage } from "./message.ts";

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
    media: message.media.map(({ sid, contentType }) => ({ contentType, url: shownAt("twilio", sid) })),
  }),
});
