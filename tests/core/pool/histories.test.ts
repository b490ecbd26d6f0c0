import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyEntry, applyOutcome } from "../../../shared/core/pool/apply.ts";
import { decidePool } from "../../../shared/core/pool/decide.ts";
import type { PoolState } from "../../../shared/core/pool/model.ts";
import { restorePool, snapshotPool } from "../../../shared/core/pool/snapshot.ts";
import { createPoolState, passTime } from "../../../shared/core/pool/state.ts";
import type { PoolEntry, PoolEvent } from "../../../shared/core/pool/types.ts";
import { batches, concrete, idleHands, roster, unitsAllowed, unitsHeld, type Batch } from "./histories.ts";
import { maxWaitMs, start } from "./support.ts";

const runs = { numRuns: 150 };

interface Step {
  /** before the entry */
  state: PoolState;
  entry: PoolEntry;
  events: PoolEvent[];
  now: number;
}

/** Plays a history; `onEntry` sees each entry before it is applied, `onState` the state after it. */
function play(
  firstRoster: PoolEvent,
  history: Batch[],
  onEntry: (step: Step) => void = () => {},
  onState: (state: PoolState) => void = () => {},
): { state: PoolState; log: PoolEntry[] } {
  const state = createPoolState("service");
  const log: PoolEntry[] = [];
  let now = start;
  let count = 0;
  const decide = (events: PoolEvent[], at = now): PoolEntry => {
    count += 1;
    const entry = decidePool(state, events, { now: at, maxWaitMs, entryId: `ent_${count}` });
    onEntry({ state, entry, events, now: at });
    return entry;
  };
  const append = (entry: PoolEntry): void => {
    if (entry.outcomes.length === 0) return;
    applyEntry(state, entry);
    log.push(entry);
    onState(state);
  };
  append(decide([firstRoster]));
  for (const batch of history) {
    now += batch.afterMs;
    if (batch.conflict) {
      const theirs = decide(concrete(state, batch.conflict.events));
      decide(concrete(state, batch.events), now + batch.conflict.aheadMs);
      append(theirs);
    }
    append(decide(concrete(state, batch.events)));
  }
  return { state, log };
}

const first = roster.map((one): PoolEvent => ({ kind: "configure", roster: one }));

describe("in every history", () => {
  it("a decision leaves the state as it was", () => {
    fc.assert(
      fc.property(first, batches, (configure, history) => {
        let before = snapshotPool(createPoolState("service"));
        play(
          configure,
          history,
          ({ state }) => expect(snapshotPool(state)).toBe(before),
          (state) => (before = snapshotPool(state)),
        );
      }),
      runs,
    );
  });

  it("a restored state decides as one that has been there all the time, for its indexes are the same", () => {
    fc.assert(
      fc.property(first, batches, (configure, history) => {
        play(configure, history, ({ state, entry, events, now }) => {
          const restored = restorePool(snapshotPool(state));
          expect(decidePool(restored, events, { now, maxWaitMs, entryId: entry.entryId })).toEqual(entry);
        });
      }),
      runs,
    );
  });

  it("the log's outcomes alone give the state", () => {
    fc.assert(
      fc.property(first, batches, (configure, history) => {
        const { state, log } = play(configure, history);
        const folded = createPoolState("service");
        for (const entry of JSON.parse(JSON.stringify(log)) as PoolEntry[]) applyEntry(folded, entry);
        expect(snapshotPool(folded)).toBe(snapshotPool(state));
      }),
      runs,
    );
  });

  it("nobody is given more than there is room for, but by force (I4)", () => {
    fc.assert(
      fc.property(first, batches, (configure, history) => {
        play(configure, history, ({ state, entry }) => {
          const beside = restorePool(snapshotPool(state));
          passTime(beside, Date.parse(entry.at));
          for (const outcome of entry.outcomes) {
            const given = outcome.kind === "assigned" || outcome.kind === "offered" ? outcome : undefined;
            const isAccepted = given && beside.conversations.get(given.conversationId)?.status === "offered";
            const isForced = given?.kind === "assigned" && given.forced;
            applyOutcome(beside, outcome);
            if (!given || isAccepted || isForced) continue;
            expect(unitsHeld(beside, given.agentId)).toBeLessThanOrEqual(unitsAllowed(beside, given.agentId));
          }
        });
      }),
      runs,
    );
  });

  it("no conversation waits beside an agent who could take it (I5)", () => {
    fc.assert(
      fc.property(first, batches, (configure, history) => {
        play(configure, history, undefined, (state) => expect(idleHands(state)).toEqual([]));
      }),
      runs,
    );
  });

  it("units in use are those of the conversations held and offered", () => {
    fc.assert(
      fc.property(first, batches, (configure, history) => {
        play(configure, history, undefined, (state) => {
          for (const [id, { used }] of state.agents) expect(used).toBe(unitsHeld(state, id));
        });
      }),
      runs,
    );
  });

  it("nothing is left to do for a batch that comes again at the same time", () => {
    fc.assert(
      fc.property(first, batches, (configure, history) => {
        const { state } = play(configure, history);
        const again = decidePool(state, [{ kind: "sweep" }], { now: state.now, maxWaitMs, entryId: "ent_again" });
        expect(again.outcomes).toEqual([]);
      }),
      runs,
    );
  });
});

describe("histories reach what they are about", () => {
  it("every kind of outcome", () => {
    const reached = new Map<string, number>();
    fc.assert(
      fc.property(first, batches, (configure, history) => {
        for (const { outcomes } of play(configure, history).log) {
          for (const outcome of outcomes) {
            const name = "as" in outcome ? `${outcome.kind} as ${outcome.as}` : outcome.kind;
            reached.set(name, (reached.get(name) ?? 0) + 1);
          }
        }
      }),
      { ...runs, seed: 1 },
    );
    expect(Array.from(reached.keys()).toSorted()).toEqual([
      "assigned",
      "configured",
      "moved",
      "offerEnded as accepted",
      "offerEnded as lapsed",
      "offerEnded as rejected",
      "offerEnded as withdrawn",
      "offered",
      "presence",
      "refused",
      "relaxed",
      "released as resolved",
      "released as transferred",
      "released as withdrawn",
      "seen",
      "snoozed",
      "waiting",
    ]);
    expect([...reached].filter(([, times]) => times <= 20)).toEqual([]);
  });
});
