import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import type { OutboundFile, SendRequest } from "../../../shared/channels/channel.ts";
import { systemClock } from "../../../shared/adapters/clock.ts";
import { whatsapp } from "../../../shared/channels/whatsapp/index.ts";
import type { Http, HttpAnswer, HttpCall } from "../../../shared/ports/http.ts";
import { ApiDescription } from "./openapi.ts";
import type { VectorReport } from "./report.ts";

const file = "openapi/business-messaging-api_v23.0.yaml";
const address = "106540352242922";
const secret = { appSecret: "s", verifyToken: "v", accessTokens: { [address]: "a-token" } };
const inbox = { id: "ours", channel: "whatsapp", address };

const outbound = (contentType: string): OutboundFile => ({
  url: "https://messages.example.com/files/a-token",
  contentType,
  bytes: 1_000,
  name: "file",
  read: async () => undefined,
});

const request: SendRequest = {
  sendId: "snd_0123456789abcdefghjkmnpqrs",
  identityId: "idn_0123456789abcdefghjkmnpqrs",
  conversationId: "cnv_0123456789abcdefghjkmnpqrs",
  to: "+4915550100200",
  inbox,
  text: "It is on its way – 10 €",
  media: [],
  isAutomatic: false,
  writtenAt: Date.UTC(2026, 10, 4, 10),
  statusUrl: null,
  secret,
};

const template = { id: "parcel", name: "order_update", language: "en_US", parameters: ["42", "today"] };

/** Whatever the channel sends, each kind once. */
const sends: [name: string, change: Partial<SendRequest>][] = [
  ["a text", {}],
  ["a text of 4,096 characters", { text: "ä🙂x".repeat(1024) }],
  ["a text to a user id", { to: "DE.1349120865530274" }],
  ...["image/jpeg", "video/mp4", "audio/ogg", "application/pdf", "image/webp"].map(
    (contentType): [string, Partial<SendRequest>] => [`a file of ${contentType}`, { media: [outbound(contentType)] }],
  ),
  ["two buttons", { quickReplies: ["Yes", "No"] }],
  ["a list of ten", { quickReplies: Array.from({ length: 10 }, (_, index) => `Slot ${index}`) }],
  ["a template", { template }],
  ["a template without gaps", { template: { ...template, parameters: [] } }],
];

/** Answers as Meta does where it takes everything and has every file, and keeps what it was asked. */
class RecordingHttp implements Http {
  readonly calls: HttpCall[] = [];

  async call(call: HttpCall): Promise<HttpAnswer> {
    this.calls.push(call);
    const body = call.method === "POST" ? { messages: [{ id: "wamid.1" }] } : { url: "https://lookaside.fbsbx.com/x" };
    return { status: 200, headers: {}, body: JSON.stringify(body) };
  }
}

/** What our requests hold beyond the description, each on a page of Meta's: not taken for wrong, but told. */
const beyond = [
  {
    problem: /properties: biz_opaque_callback_data$/,
    reason: "beyond it: biz_opaque_callback_data, which carries our send id, is described in reports alone",
  },
  {
    problem: /properties: recipient$|required property 'to'$/,
    reason: "beyond it: recipient, since the description is older than user ids",
  },
];

interface Node {
  allOf?: Node[];
  additionalProperties?: unknown;
  unevaluatedProperties?: unknown;
}

/**
 * The description as it must be meant. It closes one part of a message (`allOf`, `additionalProperties: false`) to what the
 * other part requires, so that as written it takes no message at all, its own examples least of all.
 */
function asMeant<Value>(node: Value): Value {
  if (typeof node !== "object" || node === null) return node;
  if (Array.isArray(node)) return node.map(asMeant) as Value;
  const entries = Object.entries(node).map(([key, value]) => [key, asMeant(value as unknown)] as const);
  const { allOf, ...rest } = Object.fromEntries(entries) as Node;
  if (!allOf) return rest as Value;
  const isClosed = allOf.some(({ additionalProperties }) => additionalProperties === false);
  const open = allOf.map(({ additionalProperties, ...part }) =>
    additionalProperties === false
      ? part
      : { ...part, ...(additionalProperties !== undefined && { additionalProperties }) },
  );
  return { ...rest, allOf: open, ...(isClosed && { unevaluatedProperties: false }) } as Value;
}

const sending = "/{Version}/{Phone-Number-ID}/messages";

/** How many of the description's own examples it takes. */
function examplesTaken(description: ApiDescription, document: unknown): string {
  const { paths } = document as {
    paths: Record<
      string,
      { post: { requestBody: { content: Record<string, { examples: Record<string, { value: unknown }> }> } } }
    >;
  };
  const { examples } = paths[sending]!.post.requestBody.content["application/json"]!;
  const url = `https://graph.facebook.com/v23.0/${address}/messages`;
  const headers = { "content-type": "application/json" };
  const taken = Object.values(examples).filter(
    ({ value }) =>
      description.problems({ method: "POST", url, headers, body: JSON.stringify(value) }, sending).length === 0,
  );
  return `${taken.length} of its own ${Object.keys(examples).length} examples`;
}

/** Holds every request of WhatsApp's channel against Meta's own description of its API. */
export async function checkMetaRequests(directory: string): Promise<VectorReport> {
  const document: unknown = parse(readFileSync(path.join(directory, file), "utf8"), { maxAliasCount: -1 });
  const description = new ApiDescription(asMeant(document));
  const wrong: string[] = [];
  const told = new Set<string>();
  let right = 0;
  const judge = (name: string, { calls }: RecordingHttp, meant: string): void => {
    const problems = calls.flatMap((call) => description.problems(call, meant));
    const unexplained = problems.filter((problem) => {
      const known = beyond.find((each) => each.problem.test(problem));
      if (known) told.add(known.reason);
      return !known;
    });
    if (calls.length === 1 && unexplained.length === 0) right += 1;
    else wrong.push(`${name}: ${unexplained.join("; ") || "no request"}`);
  };
  for (const [name, change] of sends) {
    const http = new RecordingHttp();
    const ports = { http, clock: systemClock };
    await whatsapp.send({ ...request, ...change }, ports as unknown as Parameters<typeof whatsapp.send>[1]);
    judge(name, http, sending);
  }
  const http = new RecordingHttp();
  const asked = { contentType: "image/jpeg", providerId: "7001" };
  await whatsapp.media!.locate(asked, { inbox, secret }, { http } as unknown as Parameters<typeof whatsapp.send>[1]);
  judge("where a file is", http, "/{Version}/{Media-ID}");
  const notes = [
    `as written it takes ${examplesTaken(new ApiDescription(document), document)}; read as it must be meant, ${examplesTaken(description, document)}`,
    ...told,
    "what the description can't say: how long texts, captions, titles and rows may be, and how many; which template exists with",
    "how many gaps; types and sizes of files; that the window is open. tests/channels/whatsapp and the simulated Meta hold us",
    "to these",
  ];
  return { file: `${file} (WhatsApp: requests to send and for files)`, right, wrong, notBuilt: {}, notes };
}
