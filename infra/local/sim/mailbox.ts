import MailComposer from "nodemailer/lib/mail-composer";
import PostalMime from "postal-mime";
import { z } from "zod";
import { type HttpReply, json, problem } from "../../../shared/flow/http-reply.ts";
import { isoTime } from "../../../shared/ports/clock.ts";
import type { VirtualClock } from "../clock.ts";
import { maxIncomingBytes, type SesReceiving, verdicts } from "../engines/ses/receiving.ts";
import type { ReceivedMail, SesStorage } from "../engines/ses/storage.ts";
import { type ProvidedFile, shownAt } from "../providers/provider.ts";
import { parseBody, type SimRequest } from "./input.ts";

export interface MailboxOptions {
  receiving: SesReceiving;
  storage: SesStorage;
  clock: VirtualClock;
}

/** A mail that a customer has received, as `/sim/outbox` shows it. */
export interface MailOutboxItem {
  channel: "email";
  from: string;
  to: string;
  text: string;
  /** absent where the mail has none */
  html?: string;
  subject: string;
  /** names in lower case; fields that come several times are joined by line breaks */
  headers: Record<string, string>;
  /** names of the attached files */
  attachments: string[];
  /** the same files, each at its address below /sim/files */
  media: { contentType: string; url: string }[];
  providerId: string;
  /** ISO 8601 */
  at: string;
}

const address = z.string().regex(/^[^@\s<>]+@[^@\s<>]+$/, "a mail address in the form name@example.com");
const oneOrMore = z.union([address, z.array(address).min(1)]).transform((value) => [value].flat());
const verdict = z.enum(verdicts).optional();

const letterSchema = z.strictObject({
  /** envelope sender and From field; "" with `raw` is the sender of a bounce */
  from: z.union([address, z.literal("")]),
  fromName: z.string().optional(),
  to: oneOrMore,
  subject: z.string().optional(),
  text: z.string().optional(),
  html: z.string().optional(),
  inReplyTo: z.string().optional(),
  references: z.union([z.string(), z.array(z.string())]).optional(),
  attachments: z
    .array(z.strictObject({ name: z.string(), contentType: z.string(), contentBase64: z.base64() }))
    .optional(),
  /** the whole message in place of the fields above */
  raw: z.string().optional(),
  verdicts: z.strictObject({ spam: verdict, virus: verdict, spf: verdict, dkim: verdict, dmarc: verdict }).optional(),
});

type Letter = z.output<typeof letterSchema>;

/** The customers' mailboxes: what they write goes to SES's receipt rules, what they got is read from there. */
export class SimulatedMailbox {
  readonly name = "email";
  readonly #options: MailboxOptions;

  constructor(options: MailboxOptions) {
    this.#options = options;
  }

  /** `POST /sim/email/messages`: as the mail of an SMTP client, with verdicts to choose. */
  async write({ body }: SimRequest): Promise<HttpReply> {
    const parsed = parseBody(letterSchema, body);
    if (!parsed.ok) return problem(400, parsed.problem);
    const letter = parsed.value;
    const { receiving } = this.#options;
    const stranger = letter.to.find((recipient) => !receiving.accepts(recipient));
    if (stranger !== undefined)
      return problem(400, `to: no receipt rule takes mail to ${stranger}; by SMTP it would be refused with 550.`);
    if (letter.raw === undefined && letter.from === "") return problem(400, "from: only a raw message may have none.");
    const raw = letter.raw === undefined ? await this.#compose(letter) : Buffer.from(letter.raw);
    if (raw.length > maxIncomingBytes) return problem(413, `A mail may have ${maxIncomingBytes} bytes.`);
    const mail = { from: letter.from, recipients: letter.to, raw, verdicts: given(letter.verdicts) };
    const { messageId } = await receiving.receive(mail);
    const { headers } = await PostalMime.parse(raw);
    const own = headers.find(({ key }) => key === "message-id")?.value ?? null;
    return json(200, { providerId: messageId, messageId: own });
  }

  /** Oldest first. */
  outbox(to: string | undefined): Promise<MailOutboxItem[]> {
    return Promise.all(this.#options.storage.received(to?.toLowerCase()).map(shown));
  }

  /** A file that came with a mail, by the id at the end of its address. */
  async file(id: string): Promise<ProvidedFile | undefined> {
    const [, messageId = "", place = ""] = /^(.+)\.(\d+)$/.exec(id) ?? [];
    const mail = this.#options.storage.contentOf(messageId);
    const attachment = mail && (await PostalMime.parse(mail)).attachments[Number(place)];
    if (!attachment) return undefined;
    const { content, mimeType: contentType } = attachment;
    return { contentType, bytes: typeof content === "string" ? Buffer.from(content) : new Uint8Array(content) };
  }

  #compose({
    from,
    fromName = "",
    to,
    attachments = [],
    subject,
    text,
    html,
    inReplyTo,
    references,
  }: Letter): Promise<Buffer> {
    const composer = new MailComposer({
      from: { name: fromName, address: from },
      to,
      subject,
      text: text ?? (html === undefined ? "" : undefined),
      html,
      inReplyTo,
      references,
      date: new Date(this.#options.clock.now()),
      attachments: attachments.map(({ name, contentType, contentBase64 }) => ({
        filename: name,
        contentType,
        content: Buffer.from(contentBase64, "base64"),
      })),
    });
    return composer.compile().build();
  }
}

/** Without what was left open. */
const given = <Values extends object>(
  values: Values | undefined,
): { [Key in keyof Values]?: NonNullable<Values[Key]> } =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined)) as never;

async function shown({ messageId, recipient, content, at }: ReceivedMail): Promise<MailOutboxItem> {
  const mail = await PostalMime.parse(content);
  const headers: Record<string, string> = {};
  for (const { key, value } of mail.headers)
    headers[key] = headers[key] === undefined ? value : `${headers[key]}\n${value}`;
  return {
    channel: "email",
    from: mail.from?.address ?? "",
    to: recipient,
    text: mail.text ?? "",
    ...(mail.html !== undefined && { html: mail.html }),
    subject: mail.subject ?? "",
    headers,
    attachments: mail.attachments.map(({ filename }) => filename ?? ""),
    media: mail.attachments.map(({ mimeType: contentType }, place) => ({
      contentType,
      url: shownAt("email", `${messageId}.${place}`),
    })),
    providerId: messageId,
    at: isoTime(at),
  };
}
