import { createHmac } from "node:crypto";
import { z } from "zod";
import type { OverheardWebhook } from "../provider.ts";
import type { MetaWorld } from "./settings.ts";

/*
 * Webhooks that are signed as Meta's and come from somebody else: a script that knows our secret. What a customer says in
 * one counts as said here too, so that they can be answered.
 */

const whatsapp = z.object({
  metadata: z.object({ phone_number_id: z.string() }),
  contacts: z.array(z.object({ wa_id: z.string().optional(), user_id: z.string().optional() })).optional(),
  messages: z
    .array(z.object({ id: z.string(), from: z.string().optional(), from_user_id: z.string().optional() }))
    .optional(),
});

const envelope = z.object({
  object: z.string(),
  entry: z.array(
    z.object({
      changes: z.array(z.object({ value: z.unknown() })).optional(),
      messaging: z.array(z.unknown()).optional(),
    }),
  ),
});

const messaging = z.object({
  sender: z.object({ id: z.string() }),
  recipient: z.object({ id: z.string() }),
  message: z.object({ mid: z.string(), text: z.string().optional(), is_echo: z.boolean().optional() }).optional(),
  postback: z.object({ title: z.string().optional(), mid: z.string().optional() }).optional(),
});

export function overhear(
  { path, headers, body }: OverheardWebhook,
  { app, storage, clock, subscriptions }: MetaWorld,
): void {
  const signature = `sha256=${createHmac("sha256", app.appSecret).update(body).digest("hex")}`;
  if (headers["x-hub-signature-256"] !== signature) return;
  const heard = parsed(body);
  if (heard && subscriptions.callbackFor(heard.object)?.endsWith(path) !== true) return;
  for (const said of heard ? saidIn(heard) : []) {
    if (storage.message(said.id)) continue;
    storage.insert({ ...said, direction: "in", at: clock.now(), arrivesAt: null });
  }
}

interface Said {
  id: string;
  channel: string;
  account: string;
  customer: string;
  alias?: string;
  content: { text: string; files: []; quickReplies: [] };
}

const contentOf = (text: string): Said["content"] => ({ text, files: [], quickReplies: [] });

function parsed(body: Buffer): z.output<typeof envelope> | undefined {
  try {
    return envelope.safeParse(JSON.parse(body.toString("utf8"))).data;
  } catch {
    return undefined;
  }
}

function saidIn({ object, entry }: z.output<typeof envelope>): Said[] {
  return entry.flatMap(({ changes = [], messaging: events = [] }) =>
    object === "whatsapp_business_account"
      ? changes.flatMap(({ value }) => saidOnWhatsApp(whatsapp.safeParse(value).data))
      : events.flatMap((event) => saidOnPlatform(object, messaging.safeParse(event).data)),
  );
}

function saidOnWhatsApp(value: z.output<typeof whatsapp> | undefined): Said[] {
  return (value?.messages ?? []).flatMap(({ id, from, from_user_id: fromUser }) => {
    const contact = value?.contacts?.find((each) => each.wa_id === from || each.user_id === fromUser);
    const userId = fromUser ?? contact?.user_id;
    const customer = from === undefined ? userId : `+${from}`;
    if (customer === undefined) return [];
    const account = value!.metadata.phone_number_id;
    const alias = customer === userId ? undefined : userId;
    return [{ id, channel: "whatsapp", account, customer, ...(alias && { alias }), content: contentOf("") }];
  });
}

function saidOnPlatform(object: string, event: z.output<typeof messaging> | undefined): Said[] {
  const id = event?.message?.mid ?? event?.postback?.mid;
  if (!event || id === undefined || event.message?.is_echo) return [];
  const text = event.message?.text ?? event.postback?.title ?? "";
  const channel = object === "page" ? "messenger" : object;
  return [{ id, channel, account: event.recipient.id, customer: event.sender.id, content: contentOf(text) }];
}
