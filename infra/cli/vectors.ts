import { parseArgs } from "node:util";
import * as z from "zod/mini";
import { isSignedAlike } from "./vectors/standard-webhooks.ts";
import type { WebhookRequest } from "../../shared/channels/channel.ts";
import { segmentsOf } from "../../shared/channels/sms/segments.ts";
import { verify } from "../../shared/channels/twilio/signature.ts";
import { checkAwsEvents } from "./vectors/aws-events.ts";
import { checkMail } from "./vectors/email.ts";
import { checkMessengerPlatform } from "./vectors/messenger-platform.ts";
import { checkMetaRequests } from "./vectors/meta-requests.ts";
import { isMetaSignedAlike } from "./vectors/meta-signature.ts";
import { describeReport, readVectors, type VectorReport } from "./vectors/report.ts";
import { checkTelegram } from "./vectors/telegram.ts";
import { checkTwilioRequests } from "./vectors/twilio-requests.ts";
import { checkWhatsApp } from "./vectors/whatsapp.ts";

const twilioVector = z.object({
  scheme: z.literal("twilio"),
  name: z.string(),
  secret: z.string(),
  request_url: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  body: z.nullable(z.string()),
  signature: z.string(),
  valid: z.boolean(),
});
const signatureVectors = z.array(z.looseObject({ scheme: z.string(), name: z.optional(z.string()) }));
const segmentVectors = z.array(
  z.object({ name: z.string(), body: z.string(), encoding: z.string(), segments: z.number() }),
);

/**
 * Holds signatures and segmentation against test vectors that others published.
 *
 * @param directory with signatures/vectors.json and sms/segments.json
 * @throws when a file is missing or of another shape
 */
export function checkVectors(directory: string): VectorReport[] {
  return [signatures(directory, "signatures/vectors.json"), segments(directory, "sms/segments.json")];
}

function signatures(directory: string, file: string): VectorReport {
  const vectors = signatureVectors.parse(readVectors(directory, file));
  const ours = vectors.filter(({ scheme }) => scheme in isRight);
  const others = Map.groupBy(
    vectors.map(({ scheme }) => scheme).filter((scheme) => !(scheme in isRight)),
    (scheme) => scheme,
  );
  const wrong = ours.filter((vector) => !isRight[vector.scheme]!(vector)).map(({ name = "without a name" }) => name);
  const notBuilt = Object.fromEntries(Array.from(others, ([scheme, list]) => [scheme, list.length]));
  return { file, right: ours.length - wrong.length, wrong, notBuilt };
}

/** By scheme: whether we come to what a vector says. */
const isRight: Record<string, (vector: unknown) => boolean> = {
  twilio(vector) {
    const published = twilioVector.parse(vector);
    return isAccepted(published) === published.valid;
  },
  "standard-webhooks": isSignedAlike,
  meta: isMetaSignedAlike,
};

function isAccepted(vector: z.infer<typeof twilioVector>): boolean {
  const [, origin = "", requestPath = "", rawQuery = ""] =
    /^([a-z]+:\/\/[^/?#]*)([^?#]*)(?:\?([^#]*))?/.exec(vector.request_url) ?? [];
  const form = new URLSearchParams(
    Object.entries(vector.params).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
  );
  const request: WebhookRequest = {
    method: "POST",
    path: requestPath,
    rawQuery,
    headers: {
      "content-type": vector.body === null ? "application/x-www-form-urlencoded" : "application/json",
      "x-twilio-signature": vector.signature,
    },
    body: vector.body ?? form.toString(),
    domainName: "",
  };
  const secret = { accounts: [{ accountSid: `AC${"0".repeat(32)}`, authToken: vector.secret }] };
  return verify(request, { secret, publicUrls: [origin], now: 0 }).ok;
}

function segments(directory: string, file: string): VectorReport {
  const vectors = segmentVectors.parse(readVectors(directory, file));
  const wrong = vectors.filter(({ body, encoding, segments }) => {
    const ours = segmentsOf(body);
    return ours.encoding !== encoding || ours.segments !== segments;
  });
  return { file, right: vectors.length - wrong.length, wrong: wrong.map((vector) => vector.name), notBuilt: {} };
}

const usage = `npm run vectors -- --data DIR
  --data DIR   folder with signatures, sms, email, aws-events, webhooks and openapi`;

async function main(): Promise<void> {
  const { data, help } = parseArgs({ options: { data: { type: "string" }, help: { type: "boolean" } } }).values;
  if (help) {
    console.log(usage);
    return;
  }
  if (!data) {
    console.error(`Which vectors? Give their directory.\n${usage}`);
    process.exitCode = 2;
    return;
  }
  const reports = [
    ...checkVectors(data),
    ...(await checkMail(data)),
    await checkAwsEvents(data),
    ...checkWhatsApp(data),
    ...checkMessengerPlatform(data),
    ...checkTelegram(data),
    await checkTwilioRequests(data),
    await checkMetaRequests(data),
  ];
  for (const report of reports) console.log(describeReport(report));
  if (reports.some((report) => report.wrong.length > 0)) process.exitCode = 1;
}

if (import.meta.main) await main();
