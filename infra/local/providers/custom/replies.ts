import { Webhook as Signer } from "standardwebhooks";
import type { HttpAnswer } from "../../../../shared/ports/http.ts";
import type { FetchFile, ProviderCall } from "../provider.ts";
import type { CustomStorage, TakenReply } from "./storage.ts";

const maxSkewMs = 5 * 60 * 1000;

interface Reply {
  type: string;
  sendId: string;
  to: string;
  text: string;
  attachments: { name: string; contentType: string; url: string }[];
  quickReplies: string[];
}

/** What taking a reply needs of the rest of the system. */
export interface ReplyHost {
  inbox: { id: string; secret: string };
  storage: CustomStorage;
  fetchFile: FetchFile;
  now: number;
}

/** The headers of an event, signed by the library of Standard Webhooks. */
export function signedHeaders(id: string, body: string, { secret, now }: { secret: string; now: number }) {
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now / 1000)),
    "webhook-signature": new Signer(secret).sign(id, new Date(now), body),
  };
}

/** Takes a reply at its address: checks who signed it, and knows a repeat by its id. @returns what is new, and the answer */
export async function takeReply(
  call: ProviderCall,
  host: ReplyHost,
): Promise<{ answer: HttpAnswer; taken?: TakenReply }> {
  const body = call.body ?? "";
  const id = call.headers["webhook-id"] ?? "";
  if (call.method !== "POST") return { answer: json(405, { error: "Replies are posted." }) };
  if (!isSigned(call, body, id, host)) return { answer: json(401, { error: "The signature is not right." }) };
  const before = host.storage.reply(id);
  if (before) return { answer: json(200, { id: before.id }) };
  const reply = JSON.parse(body) as Reply;
  if (reply.type !== "message" || reply.sendId !== id) return { answer: json(400, { error: "This is no message." }) };
  const files: TakenReply["files"] = [];
  for (const { name, contentType, url } of reply.attachments) {
    const file = await host.fetchFile(url);
    if (!file) return { answer: json(422, { error: `The file ${name} could not be fetched.` }) };
    const fileId = host.storage.newId("file");
    host.storage.addFile(fileId, file);
    files.push({ id: fileId, name, contentType });
  }
  const { sendId, to, text, quickReplies: buttons } = reply;
  const ownId = host.storage.newId("msg");
  const taken = { id: ownId, sendId, inboxId: host.inbox.id, to, text, files, buttons, at: host.now };
  host.storage.addReply(taken);
  return { answer: json(200, { id: taken.id }), taken };
}

function isSigned({ headers }: ProviderCall, body: string, id: string, { inbox, now }: ReplyHost): boolean {
  const time = Number(headers["webhook-timestamp"]) * 1000;
  if (Number.isNaN(time) || Math.abs(now - time) > maxSkewMs) return false;
  const expected = new Signer(inbox.secret).sign(id, new Date(time), body);
  return (headers["webhook-signature"] ?? "").split(" ").includes(expected);
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});
