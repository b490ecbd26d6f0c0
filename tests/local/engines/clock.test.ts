import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../../infra/local/clock.ts";

const start = Date.UTC(2026, 0, 5, 9);
const frozen = () => new VirtualClock({ frozenAtMs: start });

describe("the virtual clock", () => {
  test("moves by advances only when it is frozen, and tells workers by how much", async () => {
    const clock = frozen();
    await clock.advance(1_500);
    expect(clock.now()).toBe(start + 1_500);
    expect(new Float64Array(clock.offsetBuffer)[0]).toBe(1_500);
  });

  test("goes on from an earlier process's advances, and keeps the sum before anything runs", async () => {
    const kept: number[] = [];
    const clock = new VirtualClock({ frozenAtMs: start, offsetMs: 60_000, onAdvance: (sum) => void kept.push(sum) });
    const keptWhenRun: number[] = [];
    clock.at(start + 61_000, () => void keptWhenRun.push(...kept));
    await clock.advance(5_000);
    expect(clock.now()).toBe(start + 65_000);
    expect(keptWhenRun).toEqual([65_000]);
  });

  test("runs what is due in due order, each at its time, with what becomes due on the way", async () => {
    const clock = frozen();
    const ran: [string, number][] = [];
    const note = (name: string) => () => void ran.push([name, clock.now() - start]);
    clock.at(start + 300, note("third"));
    clock.at(start + 100, () => {
      note("first")();
      clock.at(clock.now() + 50, note("second"));
    });
    clock.at(start + 300, note("fourth"));
    clock.at(start + 9_999, note("not yet"));
    await clock.advance(1_000);
    expect(ran).toEqual([
      ["first", 100],
      ["second", 150],
      ["third", 300],
      ["fourth", 300],
    ]);
  });

  test("awaits each run, the work it starts and every probe before the next due time", async () => {
    const clock = frozen();
    const order: string[] = [];
    const later = async (name: string) => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push(name);
    };
    let probes = 0;
    clock.onSettle(async () => void (probes += 1));
    clock.at(start + 1, async () => {
      void clock.busy(later("work"));
      await later("run");
    });
    clock.at(start + 2, () => void order.push("next"));
    await clock.advance(10);
    expect(order.toSorted()).toEqual(["next", "run", "work"]);
    expect(order.at(-1)).toBe("next");
    expect(probes).toBeGreaterThanOrEqual(3);
  });

  test("a cancelled run does not run, and cancelling again is harmless", async () => {
    const clock = frozen();
    let ran = false;
    const timer = clock.at(start + 1, () => void (ran = true));
    timer.cancel();
    timer.cancel();
    await clock.advance(10);
    expect(ran).toBe(false);
  });

  test("runs what repeats at each full multiple of its interval, until it is cancelled", async () => {
    const clock = frozen();
    await clock.advance(10);
    const ran: number[] = [];
    const timer = clock.every(60_000, () => void ran.push(clock.now() - start));
    await clock.advance(180_000);
    expect(ran).toEqual([60_000, 120_000, 180_000]);
    timer.cancel();
    await clock.advance(180_000);
    expect(ran).toHaveLength(3);
  });

  test("thins out what repeats in a long advance, but for its last hours", async () => {
    const clock = frozen();
    const ran: number[] = [];
    clock.every(60_000, () => void ran.push(clock.now()));
    await clock.advance(10 * 365 * 24 * 3_600_000);
    const lastHours = ran.filter((at) => at > clock.now() - 4 * 3_600_000);
    expect(lastHours).toHaveLength(4 * 60);
    expect(ran.length - lastHours.length).toBeLessThan(1_000);
    expect(ran.every((at) => at % 60_000 === 0)).toBe(true);
  });

  test("advances at the same time add up, one after the other", async () => {
    const clock = frozen();
    await Promise.all([clock.advance(100), clock.advance(200)]);
    expect(clock.now()).toBe(start + 300);
  });

  test("one run's error goes to the handler, and the others still run", async () => {
    const errors: unknown[] = [];
    const clock = new VirtualClock({ frozenAtMs: start, onError: (error) => void errors.push(error) });
    let ran = false;
    clock.at(start + 1, () => {
      throw new Error("broken");
    });
    clock.at(start + 2, () => void (ran = true));
    await clock.advance(5);
    expect(errors).toEqual([new Error("broken")]);
    expect(ran).toBe(true);
  });

  test("refuses to go back", async () => {
    await expect(frozen().advance(-1)).rejects.toThrow("0 or more");
  });

  test("follows real time between advances", async () => {
    const clock = new VirtualClock();
    const due = clock.now() + 5;
    const ranAt = await new Promise<number>((resolve) => clock.at(due, () => resolve(clock.now())));
    expect(ranAt).toBeGreaterThanOrEqual(due);
    clock.close();
  });
});
