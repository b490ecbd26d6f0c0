import {
  IdempotencyConfig,
  IdempotencyItemAlreadyExistsError,
  makeIdempotent,
} from "@aws-lambda-powertools/idempotency";
import { BasePersistenceLayer, type IdempotencyRecord } from "@aws-lambda-powertools/idempotency/persistence";
import { requestFor } from "../../functions/send/request.ts";
import { isoTime } from "../../shared/ports/clock.ts";
import type { OutboundJob } from "../../shared/ports/queues.ts";
import type { Flow } from "../../tests/flow/harness.ts";
import type { Sender } from "./world.ts";

/** The router's own: each hand-over is claimed first, and what is not known is asked for. */
export const ours: Sender = async (delivery, flow) => (await flow.work.send([delivery as never])).length === 0;

/** Deliveries after which a queue gives a message to its dead letters. */
const maxReceives = 5;
/** Of one invocation; a record that is older counts as abandoned. */
const remainingMs = 30_000;

/** Powertools' own layer with a map in place of a table: nothing expires while the benchmark runs. */
class MemoryPersistence extends BasePersistenceLayer {
  readonly #records = new Map<string, IdempotencyRecord>();

  protected async _putRecord(record: IdempotencyRecord): Promise<void> {
    const existing = this.#records.get(record.idempotencyKey);
    if (existing) throw new IdempotencyItemAlreadyExistsError("It is there.", existing);
    this.#records.set(record.idempotencyKey, record);
  }

  protected async _getRecord(idempotencyKey: string): Promise<IdempotencyRecord> {
    return this.#records.get(idempotencyKey)!;
  }

  protected async _updateRecord(record: IdempotencyRecord): Promise<void> {
    this.#records.set(record.idempotencyKey, record);
  }

  protected async _deleteRecord({ idempotencyKey }: IdempotencyRecord): Promise<void> {
    this.#records.delete(idempotencyKey);
  }
}

/**
 * A sender whose hand-over is made idempotent by Powertools, keyed by the message: what was done once is not done again, and
 * what threw was not done.
 *
 * @param whenUnknown what the hand-over makes of a connection that was cut: an error, so that the queue brings it again, or
 * its result, so that nothing brings it again
 * @see https://docs.aws.amazon.com/powertools/typescript/latest/features/idempotency/
 */
export function guarded(whenUnknown: "throws" | "returns"): Sender {
  const config = new IdempotencyConfig({ eventKeyJmesPath: "messageId" });
  config.registerLambdaContext({ getRemainingTimeInMillis: () => remainingMs } as never);
  let flow: Flow;
  const handOver = makeIdempotent(
    async ({ messageId }: OutboundJob): Promise<string> => {
      const { app } = flow;
      const message = await app.stores.messages.get(messageId);
      if (message?.direction !== "out") throw new Error(`There is no reply ${messageId}.`);
      const { channel, request } = await requestFor(message, app);
      const result = await channel.send(request, app);
      if (result.outcome === "sent") {
        const { providerId } = result;
        await app.stores.messages.raiseStatus(messageId, { status: "sent", providerId, at: isoTime(app.clock.now()) });
      } else if (whenUnknown === "throws" || result.outcome !== "unknown") {
        throw new Error(`${messageId}: ${result.error.code}`);
      }
      return result.outcome;
    },
    { persistenceStore: new MemoryPersistence(), config },
  );
  return async (delivery, of) => {
    flow = of;
    try {
      await handOver(delivery.body);
      return true;
    } catch {
      return delivery.receiveCount >= maxReceives;
    }
  };
}
