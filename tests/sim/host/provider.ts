import {
  HttpNotSent,
  HttpOutcomeUnknown,
  type Http,
  type HttpAnswer,
  type HttpCall,
} from "../../../shared/ports/http.ts";
import type { HandOver, Ledger } from "../ledger.ts";
import type { Faults } from "./faults.ts";
import type { Timeline } from "./timeline.ts";

export interface ProviderContext {
  timeline: Timeline;
  faults: Faults;
  ledger: Ledger;
  /** the simulated provider itself */
  answer(call: HttpCall): HttpAnswer | Promise<HttpAnswer>;
}

/**
 * The way to the provider and back, with what can go wrong on it. Every request to send is entered in the ledger with
 * what the provider did and with what the function can know of it.
 */
export function faultyHttp(context: ProviderContext): Http {
  return {
    async call(request) {
      if (request.method !== "POST") return lookUp(request, context);
      const entry: HandOver = {
        channel: "sms",
        sendId: sendIdIn(request),
        at: context.timeline.now(),
        providerId: undefined,
        surelyNotTaken: false,
      };
      context.ledger.handOver(entry);
      return handOver(request, entry, context);
    },
  };
}

async function handOver(request: HttpCall, entry: HandOver, context: ProviderContext): Promise<HttpAnswer> {
  const { faults } = context;
  const notTaken = await refusal(context);
  if (notTaken) {
    entry.surelyNotTaken = true;
    if (notTaken instanceof Error) throw notTaken;
    return notTaken;
  }
  if (faults.happens("providerRequestLost")) return lost(request, context);
  // An answer of 5xx does not say that nothing was done.
  if (faults.happens("providerFails")) return twilioError(500, 20500);
  const answer = await context.answer(request);
  const isTaken = answer.status >= 200 && answer.status < 300;
  if (isTaken) entry.providerId = (JSON.parse(answer.body) as { sid: string }).sid;
  entry.surelyNotTaken = !isTaken;
  return faults.happens("providerAnswerLost") ? lost(request, context) : answer;
}

async function lookUp(request: HttpCall, context: ProviderContext): Promise<HttpAnswer> {
  const { faults, ledger, timeline } = context;
  const refused = await refusal(context);
  if (refused instanceof Error) throw refused;
  if (refused) return refused;
  if (faults.happens("providerFails")) return twilioError(500, 20500);
  const answer = await context.answer(request);
  ledger.lookUps.push(timeline.now());
  return answer;
}

async function refusal({ faults }: ProviderContext): Promise<HttpAnswer | Error | undefined> {
  if (faults.happens("providerRefuses")) return new HttpNotSent("connect ECONNREFUSED");
  if (faults.happens("providerThrottles")) return { ...twilioError(429, 20429), headers: { "retry-after": "1" } };
  return undefined;
}

function lost(request: HttpCall, { timeline }: ProviderContext): Promise<never> {
  return new Promise((_, reject) => {
    timeline.after(request.timeoutMs, () => reject(new HttpOutcomeUnknown(`no answer in ${request.timeoutMs} ms`)));
  });
}

const twilioError = (status: number, code: number): HttpAnswer => ({
  status,
  headers: {},
  body: JSON.stringify({ code, message: "injected", more_info: `https://www.twilio.com/docs/errors/${code}`, status }),
});

/** The status callback's last segment is our send id. */
function sendIdIn(request: HttpCall): string {
  const callback = new URLSearchParams(request.body ?? "").get("StatusCallback");
  const sendId = callback?.split("/").at(-1);
  if (!sendId) throw new Error("a request to send names no status callback, so the ledger cannot tell whose it is");
  return sendId;
}
