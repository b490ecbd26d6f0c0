import { automaticKind } from "../../shared/channels/email/automatic.ts";
import { MailHeaders, shortened } from "../../shared/channels/email/headers.ts";
import { readParts } from "../../shared/channels/email/letter.ts";
import { parseMail, type ParsedMail } from "../../shared/channels/email/parse.ts";
import { conversationOf, splitLabel, tokenPartOf } from "../../shared/channels/email/reply-address.ts";
import { cleanSubject, isForwardSubject } from "../../shared/channels/email/subject.ts";
import type { Configuration } from "../../shared/core/configuration.ts";
import { messageIdOf } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import type { Answered, InboundMessage } from "../../shared/core/message.ts";
import { PermanentFailure } from "../../shared/flow/park.ts";
import type { App } from "../../shared/ports/app.ts";
import { BlobTooLarge } from "../../shared/ports/blobs.ts";
import { keepParts } from "./kept.ts";
import type { Receipt } from "./notification.ts";

const channel = "email";
/** SES is one account's; its ids are its own, where a Message-ID is whatever the sender writes. */
const accountId = "ses";
/** For a mail that names no sender at all: nobody has this address (RFC 2606, section 2). */
const nobody = "unknown@sender.invalid";

/** Makes a message of a mail that lies in the bucket, and keeps there what the message refers to. */
export async function receive(receipt: Receipt, app: App): Promise<InboundMessage> {
  const secret = await app.secrets.get("signing");
  const raw = await readRaw(receipt, app);
  if (raw === undefined) return unread(receipt, app.config);
  const mail = await parseMail(raw);
  const marks = marksOf(receipt);
  const messageId = messageIdOf(channel, accountId, receipt.mail.messageId);
  const letter = readParts({ plain: mail.plain, html: mail.html, isForward: isForwardSubject(mail.subject) });
  const withoutFiles = marks.includes("virus");
  const { isCut, ...kept } = await keepParts({ messageId, mail, letter, raw, withoutFiles, secret }, app.blobs);
  if (isCut) marks.push("cut");
  if (mail.isUnreadable) marks.push("unreadable");
  const from = mail.from?.address ?? sourceOf(receipt) ?? nobody;
  return {
    ...common(receipt, app.config),
    from,
    text: letter.text,
    ...kept,
    subject: cleanSubject(mail.subject),
    senderName: mail.from?.name || undefined,
    automatic: automaticKind({ headers: mail.headers, from, envelopeFrom: envelopeSender(receipt, mail.headers) }),
    answers: answersOf(mail, receipt, secret),
    references: shortened([...mail.answered, ...(mail.messageId === undefined ? [] : [mail.messageId])]),
    ...(marks.length > 0 && { marks }),
  };
}

/** @returns undefined for one that is larger than SES takes in today @throws PermanentFailure when it is gone */
async function readRaw({ receipt }: Receipt, app: App): Promise<Uint8Array | undefined> {
  const { objectKey } = receipt.action;
  try {
    const raw = await app.blobs.getBytes(objectKey, limits.maxMailBytes);
    if (raw === undefined) throw new PermanentFailure(`The mail is not in the bucket any more: ${objectKey}`);
    return raw;
  } catch (error) {
    if (!(error instanceof BlobTooLarge)) throw error;
    app.log.warn("mail.too-large", {});
    return undefined;
  }
}

/** What the notification alone tells of a mail. */
function unread(receipt: Receipt, config: Configuration): InboundMessage {
  const [from, headers] = [sourceOf(receipt) ?? nobody, new MailHeaders([])];
  return {
    ...common(receipt, config),
    from,
    automatic: automaticKind({ headers, from, envelopeFrom: envelopeSender(receipt, headers) }),
    text: "",
    media: [],
    subject: cleanSubject(receipt.mail.commonHeaders?.subject ?? ""),
    marks: [...marksOf(receipt), "too-large"],
  };
}

const common = ({ mail, receipt }: Receipt, config: Configuration) => ({
  kind: "message" as const,
  channel,
  accountId,
  providerId: mail.messageId,
  inboxId: inboxIdOf(receipt.recipients, config),
  providerTime: mail.timestamp,
});

/** Of several inboxes the one that router.yaml names first; an address that it does not name is an inbox of its own, so that its mail is kept. */
function inboxIdOf(recipients: string[], config: Configuration): string {
  const addresses = recipients.map((recipient) => splitLabel(recipient).address);
  const inbox = config.inboxes.find((one) => one.channel === channel && addresses.includes(one.address.toLowerCase()));
  return inbox?.id ?? addresses[0]!;
}

const bare = (path: string): string => path.replaceAll(/[<>\s]/g, "");

/** Undefined where nobody knows it, which must not look like the empty one of robots. */
function envelopeSender(receipt: Receipt, headers: MailHeaders): string | undefined {
  if (typeof receipt.mail.source === "string") return bare(receipt.mail.source);
  return headers.has("return-path") ? bare(headers.first("return-path")) : undefined;
}

function sourceOf({ mail }: Receipt): string | undefined {
  const address = bare(mail.source ?? "").toLowerCase();
  return address.includes("@") && address.length <= limits.maxAddressCharacters ? address : undefined;
}

/** What SES found out: its verdicts stand in the notification, where no sender can write them. */
function marksOf({ receipt }: Receipt): string[] {
  const { virusVerdict, spamVerdict, spfVerdict, dkimVerdict, dmarcVerdict } = receipt;
  const fails = (verdict: typeof virusVerdict): boolean => verdict?.status === "FAIL";
  return [
    ...(fails(virusVerdict) ? ["virus"] : []),
    ...(fails(spamVerdict) ? ["spam"] : []),
    ...(fails(dmarcVerdict) || (fails(spfVerdict) && fails(dkimVerdict)) ? ["unauthenticated"] : []),
  ];
}

/** SES's Message-IDs are its own ids under one of its hosts. */
const sesHost = /^([\w-]{10,100})@(?:[\w-]{1,60}\.)?amazonses\.com$/i;

/** Our token first, in the address that it was sent to or among the ids that it names; then mail that we may have sent. */
function answersOf(mail: ParsedMail, { receipt }: Receipt, secret: unknown): Answered | undefined {
  const labels = receipt.recipients.map((recipient) => splitLabel(recipient).label);
  const candidates = [...labels, ...mail.answered.toReversed().map(tokenPartOf)];
  const conversationId = candidates.map((candidate) => conversationOf(candidate, secret)).find(Boolean);
  const providerIds = mail.answered.flatMap((id) => sesHost.exec(id)?.[1] ?? []).slice(-limits.maxMailLookups);
  if (conversationId === undefined && providerIds.length === 0) return undefined;
  return { ...(conversationId !== undefined && { conversationId }), providerIds };
}
