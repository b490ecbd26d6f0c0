import { SignJWT } from "jose";
import { z } from "zod";
import { type HttpReply, json, problem } from "../../../shared/flow/http-reply.ts";
import type { VirtualClock } from "../clock.ts";
import { parseBody, type SimRequest } from "./input.ts";

export interface VouchOptions {
  /** what a web shop shares with the router */
  vouchSecret: string;
  /** the chat's inboxes, the first one being meant where none is named */
  inboxIds: string[];
  clock: VirtualClock;
}

/** As long as a vouch may be good for. */
const validSeconds = 5 * 60;

const vouchSchema = z.strictObject({
  sub: z.string().min(1),
  email: z.string().optional(),
  phone: z.string().optional(),
  name: z.string().optional(),
  /** the inbox that the token is for */
  inbox: z.string().optional(),
});

/** The web shop's side of a sign-in: `POST /sim/web/vouch` says who somebody is, as the shop's own server would. */
export class VouchingShop {
  readonly #options: VouchOptions;

  constructor(options: VouchOptions) {
    this.#options = options;
  }

  async vouch({ body }: SimRequest): Promise<HttpReply> {
    const { vouchSecret, inboxIds, clock } = this.#options;
    const parsed = parseBody(vouchSchema, body);
    if (!parsed.ok) return problem(400, parsed.problem);
    const { sub, inbox = inboxIds[0]!, ...claims } = parsed.value;
    if (!inboxIds.includes(inbox)) return problem(400, `inbox: ${inbox} is none of ${inboxIds.join(", ")}.`);
    const now = Math.floor(clock.now() / 1000);
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setSubject(sub)
      .setAudience(inbox)
      .setIssuedAt(now)
      .setExpirationTime(now + validSeconds)
      .sign(new TextEncoder().encode(vouchSecret));
    return json(200, { token });
  }
}
