import { createHmac } from "node:crypto";
import {
  HttpNotSent,
  HttpOutcomeUnknown,
  type ForeignHttp,
  type HttpAnswer,
  type HttpCall,
} from "../../../shared/ports/http.ts";
import type { Ledger } from "../ledger.ts";
import type { Faults } from "./faults.ts";
import type { Timeline } from "./timeline.ts";

export const receiverUrl = "https://receiver.test/events";
export const receiverSecret = `whsec_${Buffer.from("thirty-two bytes that both know.").toString("base64")}`;

export interface ReceiverContext {
  timeline: Timeline;
  faults: Faults;
  ledger: Ledger;
  /** until then it answers nothing but errors, milliseconds since 1970 */
  downUntil: number;
}

/** Another company's receiver of events: it takes what is signed right, forgets to answer at times, and may be down for long. */
export function faultyReceiver({ timeline, faults, ledger, downUntil }: ReceiverContext): ForeignHttp {
  return {
    objectionTo: async () => undefined,
    async call(request) {
      if (faults.happens("receiverSilent")) throw new HttpNotSent("connect ECONNREFUSED");
      if (timeline.now() < downUntil || faults.happens("receiverFails")) return answer(500);
      if (!isSignedRight(request)) return answer(401);
      ledger.events.push({ eventId: request.headers["webhook-id"] ?? "", at: timeline.now() });
      return faults.happens("receiverAnswerLost") ? lost(request, timeline) : answer(200);
    },
  };
}

const answer = (status: number): HttpAnswer => ({ status, headers: {}, body: "" });

/** As Standard Webhooks has receivers verify. */
function isSignedRight({ headers, body }: HttpCall): boolean {
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const key = Buffer.from(receiverSecret.slice("whsec_".length), "base64");
  return headers["webhook-signature"] === `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
}

function lost({ timeoutMs }: HttpCall, timeline: Timeline): Promise<never> {
  return new Promise((_, reject) => {
    timeline.after(timeoutMs, () => reject(new HttpOutcomeUnknown(`no answer in ${timeoutMs} ms`)));
  });
}
