import { createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";
import { HttpNotSent, HttpOutcomeUnknown, type HttpAnswer } from "../../../shared/ports/http.ts";
import { unknownFields } from "../../../shared/channels/unknown-fields.ts";
import { InvalidWebhook, type Channel, type Parsed, type SendResult } from "../../../shared/channels/channel.ts";

/*
 * Pigeons. A channel that exists in the tests alone: this folder and a line in a registry are all that it takes, and the
 * contract suite says whether it is one.
 */

const secretSchema = z.strictObject({ ring: z.string(), formerRing: z.optional(z.string()) });
const flight = z.object({
  id: z.string().check(z.minLength(1)),
  from: z.string().check(z.minLength(1)),
  note: z.string(),
});
const arrival = z.object({ landed: z.string().check(z.regex(/^snd_[0-9a-z]{26}$/)) });
const letterFields = new Set(["kind", ...Object.keys(flight.shape)]);
const flock = z.object({ pigeons: z.array(z.looseObject({ kind: z.string() })) });

function ringsOf(secret: unknown): string[] {
  const result = z.safeParse(secretSchema, secret);
  if (!result.success) throw new Error('The pigeons\' secret can\'t be used. It must be {"ring":"…"}.');
  return [result.data.ring, ...(result.data.formerRing === undefined ? [] : [result.data.formerRing])];
}

export const ringOf = (body: string, ring: string): Buffer => createHmac("sha256", ring).update(body).digest();

function parsePigeon(pigeon: { kind: string }): Parsed {
  if (pigeon.kind === "letter") {
    const { success, data } = z.safeParse(flight, pigeon);
    if (!success) return { kind: "ignored", reason: "a letter that can't be read" };
    const { id: providerId, from, note } = data;
    const text = note.replaceAll("\0", "").toWellFormed();
    const where = { channel: "pigeon", accountId: "loft", inboxId: "loft" };
    return { kind: "message", ...where, providerId, from, text, media: [], ...unknownFields(pigeon, letterFields) };
  }
  const landed = z.safeParse(arrival, pigeon);
  if (pigeon.kind === "arrival" && landed.success)
    return { kind: "status", of: { sendId: landed.data.landed }, status: "delivered" };
  return { kind: "ignored", reason: "a pigeon of another loft" };
}

const resultOf = ({ status, body }: HttpAnswer): SendResult => {
  if (status === 200 && body !== "") return { outcome: "sent", providerId: body };
  if (status === 404) return { outcome: "refused", error: { code: "no-such-loft", message: "There is no such loft." } };
  return { outcome: "unknown", error: { code: "no-answer", message: "Nobody has seen the pigeon leave." } };
};

export const pigeon: Channel = {
  name: "pigeon",
  secretName: "pigeon",
  inboxAddress: { pattern: /\S/, expected: "a loft" },
  capabilities: {
    text: { maxCharacters: 140, maxParts: 3 },
    media: { maxCount: 0, types: [], maxCaptionCharacters: 0 },
    subjects: false,
  },
  webhook: {
    paths: [/^\/webhooks\/pigeon$/],
    verify({ headers, body }, { secret }) {
      const given = Buffer.from(headers["x-ring"] ?? "", "hex");
      const isOurs = ringsOf(secret)
        .map((ring) => ringOf(body, ring))
        .some((expected) => headers["x-ring"] === expected.toString("hex") && timingSafeEqual(expected, given));
      return isOurs ? { ok: true } : { ok: false, reason: "the ring is not ours" };
    },
    parse({ body }) {
      let given: unknown;
      try {
        given = JSON.parse(body);
      } catch {
        throw new InvalidWebhook("the body is no JSON");
      }
      const result = z.safeParse(flock, given);
      if (!result.success) throw new InvalidWebhook("the body is no flock");
      return result.data.pigeons.map(parsePigeon);
    },
    acknowledgement: { contentType: "text/plain", body: "coo" },
    statusPath: () => "/webhooks/pigeon",
  },
  async send({ to, text, sendId }, { http }) {
    const body = JSON.stringify({ to, text, sendId });
    try {
      return resultOf(
        await http.call({ method: "POST", url: "https://loft.example", headers: {}, body, timeoutMs: 1 }),
      );
    } catch (error) {
      if (error instanceof HttpNotSent)
        return { outcome: "notSent", error: { code: "fog", message: "No pigeon flies." }, retryAfterMs: 1_000 };
      if (error instanceof HttpOutcomeUnknown)
        return { outcome: "unknown", error: { code: "no-answer", message: "Nobody has seen the pigeon leave." } };
      throw error;
    }
  },
  lookup: () => Promise.resolve({ outcome: "undecided", reason: "pigeons keep no lists" }),
};
