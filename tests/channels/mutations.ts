import * as fc from "fast-check";
import { run as ingest } from "../../functions/ingest/run.ts";
import type { WebhookRequest } from "../../shared/channels/channel.ts";
import type { App } from "../../shared/ports/app.ts";

/** How many mutations a signature withstands; a sample of them in `npm test`. */
export const mutationsOf = (sample: number): number => (process.env["SWITCHYARD_FULL"] === "1" ? 1_000_000 : sample);

/** A signed request, and what is done to it. */
export interface Mutations<How> {
  how: fc.Arbitrary<How>;
  /** undefined: it is signed alike */
  mutated(how: How): WebhookRequest | undefined;
}

/** @returns how many mutations were tried, and how many of them passed for signed */
export function tryMutations<How>(
  { how, mutated }: Mutations<How>,
  numRuns: number,
  isTaken: (request: WebhookRequest) => boolean,
): { tried: number; taken: number } {
  let tried = 0;
  let taken = 0;
  fc.assert(
    fc.property(how, (one) => {
      const request = mutated(one);
      if (!request) return;
      tried += 1;
      if (isTaken(request)) taken += 1;
    }),
    { numRuns },
  );
  return { tried, taken };
}

/**
 * @param known what tells whose the signature is to be: nothing else of the app may be touched before it is right
 * @returns the statuses of the answers to 300 of them
 */
export async function answersTo<How>(
  { how, mutated }: Mutations<How>,
  known: Pick<App, "config" | "publicUrls" | "clock"> & { secret: unknown },
): Promise<Set<number>> {
  const { secret, ...rest } = known;
  const log = { info() {}, warn() {}, error() {} };
  const untouchable = { ...rest, log, secrets: { get: async () => secret } } as unknown as App;
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(how, async (one) => {
      const request = mutated(one);
      fc.pre(request !== undefined);
      statuses.add((await ingest(request!, untouchable)).status);
    }),
    { numRuns: 300 },
  );
  return statuses;
}
