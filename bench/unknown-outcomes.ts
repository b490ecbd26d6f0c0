/**
 * What becomes of sends whose connection is cut, beside the same sends behind Powertools' idempotency, over all channels.
 * Budget: 0 blind duplicates, 0 open after 15 minutes, ≥ 95% resolved where evidence comes within 5 minutes; 10,000 sends in
 * virtual time. Run: node bench/unknown-outcomes.ts
 */
import { fateShares } from "./unknown-outcomes/fates.ts";
import { kinds } from "./unknown-outcomes/carriers.ts";
import { measure, type Outcome } from "./unknown-outcomes/measure.ts";
import { guarded, ours } from "./unknown-outcomes/senders.ts";

const rounds = 10;
const sends = 10_000;
const people = Math.ceil(sends / rounds / kinds.length);
const seed = 1;
const leastResolvedShare = 0.95;

const senders = [
  ["Switchyard", ours],
  ["Powertools, a cut connection throws", guarded("throws")],
  ["Powertools, a cut connection is a result", guarded("returns")],
] as const;

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

function rowOf({ kind, withEvidence, resolvedWithEvidence, ...rest }: Outcome) {
  return {
    channel: kind,
    sends: rest.sends,
    "cut once taken": rest.cutOnceTaken,
    "cut before": rest.cutBefore,
    "taken twice": rest.blindDuplicates,
    "lost in silence": rest.silentlyLost,
    "open after 15 min": rest.unresolved,
    parked: rest.parked,
    "with evidence": withEvidence,
    "of these resolved": withEvidence === 0 ? "-" : percent(resolvedWithEvidence / withEvidence),
  };
}

console.log(
  `${sends} sends, seed ${seed}. Of all requests to send ${percent(fateShares.onceTaken)} are cut once they were taken ` +
    `(of ${percent(fateShares.silent)} of these the provider never reports), ${percent(fateShares.beforeTaken)} before. ` +
    "A custom channel's receiver drops what comes twice, by its id; nobody else does.",
);
for (const [name, sender] of senders) {
  const begun = performance.now();
  const { outcomes, received } = await measure(sender, { people, rounds, seed });
  console.log(`\n${name}: customers have received ${received} messages (${Math.round(performance.now() - begun)} ms)`);
  console.table(outcomes.map(rowOf));
  if (sender !== ours) continue;
  const all = outcomes.at(-1)!;
  const isWithinBudget =
    all.blindDuplicates + all.unresolved + all.silentlyLost === 0 &&
    all.resolvedWithEvidence >= leastResolvedShare * all.withEvidence;
  console.log(isWithinBudget ? "within the budget" : "NOT within the budget");
  if (!isWithinBudget) process.exitCode = 1;
}
