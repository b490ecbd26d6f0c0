import path from "node:path";
import { ApiDescription } from "./openapi.ts";
import type { VectorReport } from "./report.ts";
import type { Channel, OutboundFile, SendRequest } from "../../../shared/channels/channel.ts";
import { sms } from "../../../shared/channels/sms/index.ts";
import { whatsappTwilio } from "../../../shared/channels/whatsapp-twilio/index.ts";
import type { Configuration } from "../../../shared/core/configuration.ts";
import type { Http, HttpAnswer, HttpCall } from "../../../shared/ports/http.ts";

const file = "openapi/twilio_api_v2010.json";
const accountSid = "AC00000000000000000000000000000001";
const sendId = "snd_0123456789abcdefghjkmnpqrs";
const at = Date.UTC(2026, 10, 4, 10);

const picture: OutboundFile = {
  url: "https://messages.example.com/files/a-token",
  contentType: "image/png",
  bytes: 1_000,
  name: "photo.png",
  read: async () => undefined,
};

const sendOf = (channel: Channel, address: string, change: Partial<SendRequest> = {}): SendRequest => ({
  sendId,
  identityId: "idn_0123456789abcdefghjkmnpqrs",
  conversationId: "cnv_0123456789abcdefghjkmnpqrs",
  to: "+4915550100200",
  inbox: { id: "ours", channel: channel.name, address, ...(channel.provider && { provider: channel.provider }) },
  text: "It is on its way – 10 €",
  media: [],
  isAutomatic: false,
  writtenAt: at,
  statusUrl: `https://messages.example.com${channel.webhook!.statusPath(sendId)}`,
  secret: { accounts: [{ accountSid, authToken: "a-token" }] },
  ...change,
});

/** Whatever the two channels send, each kind once. */
const sends: [name: string, channel: Channel, request: SendRequest][] = [
  ["a text", sms, sendOf(sms, "+15550100001")],
  ["a text of which nothing is reported", sms, sendOf(sms, "+15550100001", { statusUrl: null })],
  ["a text of 1,600 characters", sms, sendOf(sms, "+15550100001", { text: "ä🙂".repeat(533) })],
  ["a picture with a text", sms, sendOf(sms, "+15550100001", { media: [picture] })],
  ["ten pictures", sms, sendOf(sms, "+15550100001", { text: "", media: Array.from({ length: 10 }, () => picture) })],
  ["WhatsApp: a text", whatsappTwilio, sendOf(whatsappTwilio, "+15550100005")],
  ["WhatsApp: to a user id", whatsappTwilio, sendOf(whatsappTwilio, "+15550100005", { to: "DE.1349120865530274" })],
  ["WhatsApp: a picture", whatsappTwilio, sendOf(whatsappTwilio, "+15550100005", { text: "", media: [picture] })],
  [
    "WhatsApp: a template",
    whatsappTwilio,
    sendOf(whatsappTwilio, "+15550100005", {
      template: { id: "parcel", name: `HX${"1".repeat(32)}`, language: "en", parameters: ["42", "today"] },
    }),
  ],
];

const messageIn = { sid: `MM${"1".repeat(32)}`, direction: "inbound", body: "", num_media: "1", date_sent: null };

/** Answers as Twilio does where it takes everything, lists one picture from a customer, and keeps what it was asked. */
class RecordingHttp implements Http {
  readonly calls: HttpCall[] = [];

  async call(request: HttpCall): Promise<HttpAnswer> {
    this.calls.push(request);
    const isWhatsApp = decodeURIComponent(request.url).includes("whatsapp:");
    const listed = { ...messageIn, from: isWhatsApp ? "whatsapp:+4915550100200" : "+4915550100200" };
    const body = request.url.includes("/Media.json")
      ? { media_list: [{ sid: `ME${"1".repeat(32)}`, content_type: "image/png" }] }
      : request.method === "POST"
        ? { sid: messageIn.sid }
        : { messages: [listed] };
    return { status: request.method === "POST" ? 201 : 200, headers: {}, body: JSON.stringify(body) };
  }
}

async function requestsOf(channel: Channel, request: SendRequest): Promise<HttpCall[]> {
  const http = new RecordingHttp();
  const ports = { http } as unknown as Parameters<Channel["send"]>[1];
  await channel.send(request, ports);
  await channel.lookup({ ...request, attemptedAt: at, now: at + 60_000, isTaken: async () => false }, ports);
  const config = { inboxes: [request.inbox] } as unknown as Configuration;
  await channel.listInbound!({ inbox: request.inbox, secret: request.secret, since: at }, ports, config);
  return http.calls;
}

/** Holds every request of the channels that Twilio carries against Twilio's own description of its API. */
export async function checkTwilioRequests(directory: string): Promise<VectorReport> {
  // Nobody defines what a telephone number is there: "whatsapp:+1…" is one as well.
  const description = ApiDescription.read(path.join(directory, file), ["phone-number"]);
  const wrong: string[] = [];
  let right = 0;
  for (const [name, channel, request] of sends) {
    for (const call of await requestsOf(channel, request)) {
      const problems = description.problems(call);
      if (problems.length === 0) right += 1;
      else wrong.push(`${name}, ${call.method}: ${problems.join("; ")}`);
    }
  }
  const notes = [
    "what the description can't say: what a phone-number is; that one of Body, MediaUrl and ContentSid is needed, and From or",
    "MessagingServiceSid; at most 1,600 characters and ten files, and their sizes; that To and From are of one channel; what",
    "ContentVariables holds; whether a link leads anywhere. tests/channels/twilio and the simulated Twilio hold us to these",
  ];
  return { file: `${file} (requests to send, to look up and to compare)`, right, wrong, notBuilt: {}, notes };
}
