import type { SimulatedProvider } from "../../../infra/local/providers/provider.ts";
import {
  HttpNotSent,
  HttpOutcomeUnknown,
  type Http,
  type HttpAnswer,
  type HttpCall,
} from "../../../shared/ports/http.ts";
import type { HandOver, Ledger } from "../ledger.ts";
import { failedAnswer, isLookUp, providerIdIn, throttledAnswer } from "../sends.ts";
import type { Faults } from "./faults.ts";
import type { SeededRandom } from "./random.ts";
import type { Timeline } from "./timeline.ts";

export interface ProviderContext {
  timeline: Timeline;
  random: SeededRandom;
  faults: Faults;
  ledger: Ledger;
  /** that stands in for an origin */
  providerAt(origin: string): SimulatedProvider;
  /** @returns which reply the call hands over; undefined where it asks for something */
  sendIdIn(request: HttpCall): string | undefined;
}

/**
 * The way to the providers and back, with what can go wrong on it. Every request to send is entered in the ledger with
 * what the provider did and with what the function can know of it.
 */
export function faultyHttp(context: ProviderContext): Http {
  return {
    async call(request) {
      const sendId = context.sendIdIn(request);
      if (sendId === undefined) return ask(request, context);
      const entry: HandOver = {
        sendId,
        origin: new URL(request.url).origin,
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
  const notTaken = refusal(request, context, entry);
  if (notTaken) {
    entry.surelyNotTaken = true;
    if (notTaken instanceof Error) throw notTaken;
    return notTaken;
  }
  if (faults.happens("providerRequestLost")) return lost(request, context);
  // An answer of 5xx does not say that nothing was done.
  if (faults.happens("providerFails")) return failedAnswer(request, 500);
  const answer = await answerOf(request, context);
  const isTaken = answer.status >= 200 && answer.status < 300;
  if (isTaken) entry.providerId = providerIdIn(request, answer);
  entry.surelyNotTaken = !isTaken;
  if (faults.happens("providerSlow")) await pause(context.random.between(200, 4_000), context.timeline);
  return faults.happens("providerAnswerLost") ? lost(request, context) : answer;
}

/** What the provider has, or where a file is. */
async function ask(request: HttpCall, context: ProviderContext): Promise<HttpAnswer> {
  const { faults, ledger, timeline } = context;
  const refused = refusal(request, context);
  if (refused instanceof Error) throw refused;
  if (refused) return refused;
  if (faults.happens("providerFails")) return failedAnswer(request, 500);
  const answer = await answerOf(request, context);
  if (isLookUp(request)) ledger.lookUps.push({ origin: new URL(request.url).origin, at: timeline.now() });
  return answer;
}

async function answerOf(request: HttpCall, { providerAt }: ProviderContext): Promise<HttpAnswer> {
  const answer = await providerAt(new URL(request.url).origin).handle(request);
  if ("body" in answer) return answer;
  throw new Error(`${request.url} is a file: it is fetched otherwise.`);
}

function refusal(
  request: HttpCall,
  { faults, random, timeline }: ProviderContext,
  entry?: HandOver,
): HttpAnswer | Error | undefined {
  if (faults.happens("providerRefuses")) return new HttpNotSent("connect ECONNREFUSED");
  if (!faults.happens("providerThrottles")) return undefined;
  const retryAfterSeconds = random.pick([1, 20, 90, 200]);
  if (entry) entry.notBefore = timeline.now() + retryAfterSeconds * 1000;
  return throttledAnswer(request, retryAfterSeconds);
}

const pause = (milliseconds: number, timeline: Timeline): Promise<void> =>
  new Promise((resolve) => timeline.after(milliseconds, resolve));

function lost(request: HttpCall, { timeline }: ProviderContext): Promise<never> {
  return new Promise((_, reject) => {
    timeline.after(request.timeoutMs, () => reject(new HttpOutcomeUnknown(`no answer in ${request.timeoutMs} ms`)));
  });
}
