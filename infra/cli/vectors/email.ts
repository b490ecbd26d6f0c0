import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import EmailReplyParser from "email-reply-parser";
import { simpleParser } from "mailparser";
import * as z from "zod/mini";
import { automaticKind } from "../../../shared/channels/email/automatic.ts";
import { readParts } from "../../../shared/channels/email/letter.ts";
import { parseMail, type ParsedMail } from "../../../shared/channels/email/parse.ts";
import { cleanSubject, isForwardSubject } from "../../../shared/channels/email/subject.ts";
import { readVectors, type VectorReport } from "./report.ts";

/** What the truth says of a message. */
interface Facts {
  subject: string;
  from: string;
  text: string;
  attachments: number;
}

const mimeVectors = z.array(
  z.object({
    id: z.string(),
    subject: z.string(),
    from: z.string(),
    text_ws_normalised: z.string(),
    attachments: z.number(),
  }),
);
const replyVectors = z.array(
  z.object({ id: z.string(), format: z.enum(["text", "html"]), input: z.string(), expected: z.string() }),
);
const bounceVectors = z.record(z.string(), z.array(z.object({ reason: z.string() })));
/** The file with the truth ends longer texts here. */
const mostTruth = 4_000;

const withoutSpace = (text: string): string => text.replaceAll(/\s+/g, "");

/** Holds the reading of mail against messages that others collected, beside the libraries that are used for it. */
export async function checkMail(directory: string): Promise<VectorReport[]> {
  return [await mime(directory), await replies(directory), await threading(directory), await bounces(directory)];
}

async function mime(directory: string): Promise<VectorReport> {
  const folder = path.join(directory, "email/mime");
  const vectors = mimeVectors.parse(readVectors(folder, "expected.json"));
  const wrong: string[] = [];
  let peer = 0;
  for (const vector of vectors) {
    const raw = readFileSync(path.join(folder, "eml", path.basename(vector.id)));
    const truth = { ...vector, text: vector.text_ws_normalised };
    const differences = differing(await ourFacts(raw), truth);
    if (differences.length > 0) wrong.push(`${vector.id} (${differences.join(", ")})`);
    if (differing(await peerFacts(raw), truth).length === 0) peer += 1;
  }
  const file = "email/mime";
  return {
    file,
    right: vectors.length - wrong.length,
    wrong,
    notBuilt: {},
    peers: [{ name: "mailparser", right: peer }],
  };
}

function differing(found: Facts, truth: Facts): string[] {
  const text = withoutSpace(found.text);
  const expected = withoutSpace(truth.text);
  const isSameText = truth.text.length >= mostTruth ? text.startsWith(expected) : text === expected;
  return [
    ...(found.subject === truth.subject ? [] : ["subject"]),
    ...(found.from === truth.from ? [] : ["from"]),
    ...(isSameText ? [] : ["text"]),
    ...(found.attachments === truth.attachments ? [] : ["attachments"]),
  ];
}

async function ourFacts(raw: Uint8Array): Promise<Facts> {
  const { subject, from, plain = "", attachments } = await parseMail(raw);
  return { subject, from: from?.address ?? "", text: plain, attachments: attachments.length };
}

async function peerFacts(raw: Buffer): Promise<Facts> {
  // The truth has the plain text alone.
  const { subject = "", from, text = "", attachments } = await simpleParser(raw, { skipHtmlToText: true });
  return { subject, from: from?.value[0]?.address ?? "", text, attachments: attachments.length };
}

async function replies(directory: string): Promise<VectorReport> {
  const file = "email/replies/cases.json";
  const vectors = replyVectors.parse(readVectors(directory, file));
  const wrong: string[] = [];
  let peer = 0;
  for (const { id, format, input, expected } of vectors) {
    const isRight = (text: string): boolean =>
      format === "html" ? withoutSpace(text) === withoutSpace(expected) : text === expected;
    if (!isRight(readParts({ [format === "html" ? "html" : "plain"]: input, isForward: false }).text)) wrong.push(id);
    const text = format === "html" ? await textByPeer(input) : input;
    if (isRight(new EmailReplyParser().read(text).getVisibleText().trim())) peer += 1;
  }
  const peers = [{ name: "email-reply-parser (HTML by mailparser's html-to-text)", right: peer }];
  return { file, right: vectors.length - wrong.length, wrong, notBuilt: {}, peers };
}

async function textByPeer(html: string): Promise<string> {
  const { text } = await simpleParser(Buffer.from(`Content-Type: text/html; charset=utf-8\r\n\r\n${html}`));
  return text ?? "";
}

/** There is no truth: what we make of each is printed, and where the peer counts other files. What throws is wrong. */
async function threading(directory: string): Promise<VectorReport> {
  const folder = path.join(directory, "email/threading");
  const names = mailsIn(folder);
  const notes: string[] = [];
  for (const name of names) {
    const raw = readFileSync(path.join(folder, name));
    const mail = await parseMail(raw);
    const { attachments } = await simpleParser(raw);
    const peer = attachments.length === mail.attachments.length ? "" : ` (mailparser: ${attachments.length})`;
    notes.push(`${name}: ${kindOf(mail)}, files ${mail.attachments.length}${peer}, "${cleanSubject(mail.subject)}"`);
  }
  const file = `email/threading (${names.length} mails that can be read; there is no truth about them)`;
  return { file, right: 0, wrong: [], notBuilt: {}, notes };
}

function kindOf(mail: ParsedMail): string {
  const automatic = automaticOf(mail);
  if (automatic) return automatic;
  if (isForwardSubject(mail.subject)) return "forward";
  return mail.answered.length > 0 ? "reply" : "new";
}

/** These tell of a bounce, and are none: what each is. */
const aboutBounces = new Map([
  ["lhost-amazonses-10.eml", "a notification of SNS, which has a bounce in its text"],
  ["lhost-sendmail-14.eml", "a person who passes a bounce on"],
]);

async function bounces(directory: string): Promise<VectorReport> {
  const folder = path.join(directory, "email/bounces");
  const truth = bounceVectors.parse(readVectors(folder, "expected.json"));
  const wrong: string[] = [];
  for (const [name, reports] of Object.entries(truth)) {
    const came = reports.some(({ reason }) => reason === "vacation") ? "auto-reply" : "bounce";
    const expected = aboutBounces.has(name) ? undefined : came;
    const kind = automaticOf(await parseMail(readFileSync(path.join(folder, "eml", name))));
    if (kind !== expected) wrong.push(`${name} (${kind ?? "an ordinary mail"}, not ${expected ?? "an ordinary mail"})`);
  }
  return {
    file: "email/bounces",
    right: Object.keys(truth).length - wrong.length,
    wrong,
    notBuilt: {},
    notes: Array.from(aboutBounces, ([name, what]) => `an ordinary mail: ${name}, ${what}`),
  };
}

function automaticOf({ headers, from }: ParsedMail) {
  const path = headers.first("return-path").replaceAll(/[<>\s]/g, "");
  const envelopeFrom = headers.has("return-path") ? path : undefined;
  return automaticKind({ headers, from: from?.address ?? "", envelopeFrom });
}

const mailsIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith(".eml"));
