import type { Deliver, ProviderClock } from "../ports.ts";
import type { FetchFile } from "../provider.ts";
import { fileProblem } from "./files.ts";
import {
  advanced,
  isWhatsApp,
  statusFields,
  type SimulatedMessage,
  type SimulatedStatus,
  type Step,
} from "./message.ts";
import type { Behaviour } from "./settings.ts";
import type { TwilioStorage } from "./storage.ts";
import { callWebhook } from "./webhook.ts";

const sentAfterMs = 40;
const deliveredAfterMs = 120;
const readAfterMs = 400;
const windowMs = 24 * 60 * 60 * 1000;

export interface DeparturesOptions {
  clock: ProviderClock;
  storage: TwilioStorage;
  deliver: Deliver;
  behaviour: Readonly<Behaviour>;
  fetchFile: FetchFile | undefined;
  /** by which callbacks about a message are signed */
  tokenOf(message: SimulatedMessage): string;
}

/** Messages on their way to customers' phones: what becomes of each, when, and who is told. */
export class Departures {
  readonly #options: DeparturesOptions;
  #closed = false;

  constructor(options: DeparturesOptions) {
    this.#options = options;
  }

  /** Nothing happens any more. */
  close(): void {
    this.#closed = true;
  }

  /** Goes on with what an earlier process accepted. */
  resume(): void {
    for (const step of this.#options.storage.steps()) this.#schedule(step);
  }

  /** To be called with the message in one transaction; what it returns begins the message's way, once that is committed. */
  enter(message: SimulatedMessage): () => void {
    const steps = this.#stepsOf(message).map((step) => this.#options.storage.addStep(step));
    return () => {
      for (const step of steps) this.#schedule(step);
    };
  }

  /** The initial status, queued, is in the API's answer and has no callback of its own. */
  #stepsOf(message: SimulatedMessage): Omit<Step, "id">[] {
    const { statusOrder } = this.#options.behaviour;
    const callback = statusOrder !== "withheld" && message.statusCallback !== null;
    const inOrder = this.#courseOf(message).map(([status, errorCode, afterMs]) => ({
      step: { sid: message.sid, status, errorCode, callback },
      dueAt: message.createdAt + afterMs,
    }));
    const ordered = statusOrder === "reversed" ? inOrder.toReversed() : inOrder;
    const steps = ordered.map(({ step }, index) => ({ ...step, dueAt: inOrder[index]!.dueAt }));
    return statusOrder === "duplicated" ? steps.flatMap((step) => [step, step]) : steps;
  }

  #courseOf(message: SimulatedMessage): [SimulatedStatus, number | null, number][] {
    const { undeliveredWith, readReceipts } = this.#options.behaviour;
    const onWhatsApp = isWhatsApp(message.to);
    if (message.direction === "outbound-reply") return [["delivered", null, deliveredAfterMs]];
    if (onWhatsApp && !message.isTemplate && !this.#isWindowOpen(message))
      return [["undelivered", 63016, deliveredAfterMs]];
    if (undeliveredWith !== null)
      return [
        ["sent", null, sentAfterMs],
        ["undelivered", undeliveredWith, deliveredAfterMs],
      ];
    return [
      ["sent", null, sentAfterMs],
      ["delivered", null, deliveredAfterMs],
      ...(onWhatsApp && readReceipts ? [["read", null, readAfterMs] satisfies [SimulatedStatus, null, number]] : []),
    ];
  }

  /** @see https://www.twilio.com/docs/api/errors/63016 */
  #isWindowOpen({ from, to, createdAt }: SimulatedMessage): boolean {
    const last = this.#options.storage.lastInboundAt(from, to);
    return last !== undefined && createdAt - last < windowMs;
  }

  #schedule(step: Step): void {
    this.#options.clock.at(step.dueAt, () => this.#take(step));
  }

  /** A process that dies on the way takes the step again: the callback then comes twice, as it does from Twilio. */
  async #take(step: Step): Promise<void> {
    const { storage, clock, deliver } = this.#options;
    if (this.#closed || !storage.hasStep(step.id)) return;
    const errorCode = await this.#fetchFiles(storage.message(step.sid)!);
    if (this.#closed) return;
    const taken = errorCode === null ? step : { ...step, status: "undelivered" as const, errorCode };
    const message = storage.transaction(() => {
      const changed = advanced(storage.message(step.sid)!, taken, clock.now());
      storage.update(changed);
      if (errorCode !== null) storage.removeStepsOf(step.sid);
      return changed;
    });
    if (step.callback) {
      const event = { fields: statusFields(message, taken), occasion: `${message.sid}:${taken.status}` };
      const authToken = this.#options.tokenOf(message);
      await callWebhook({ url: message.statusCallback! }, { ...event, authToken }, deliver);
    }
    if (!this.#closed) storage.removeStep(step.id);
  }

  /** What is to be sent on is fetched before it is. @returns why that can't be; null where it was */
  async #fetchFiles(message: SimulatedMessage): Promise<number | null> {
    const { fetchFile, storage } = this.#options;
    const missing = message.media.filter(({ sid, url }) => url !== undefined && !storage.file(sid));
    if (!fetchFile || missing.length === 0) return null;
    const fetched = await Promise.all(missing.map(({ url }) => fetchFile(url!)));
    if (this.#closed) return null;
    const problem = fileProblem(fetched, isWhatsApp(message.to));
    if (problem !== null) return problem;
    storage.transaction(() => {
      for (const [position, { sid }] of missing.entries()) storage.keepFile(sid, fetched[position]!);
      const media = message.media.map((item) => ({
        ...item,
        contentType: storage.file(item.sid)?.contentType ?? item.contentType,
      }));
      storage.update({ ...storage.message(message.sid)!, media });
    });
    return null;
  }
}
