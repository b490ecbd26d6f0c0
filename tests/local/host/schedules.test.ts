import { expect, test } from "vitest";
import { VirtualClock } from "../../../infra/local/clock.ts";
import { Schedule } from "../../../infra/local/schedules.ts";

const begin = Date.UTC(2026, 10, 22, 3, 0, 30);

function sample(input?: string, enabled = true) {
  const clock = new VirtualClock({ frozenAtMs: begin });
  const runs: { at: number; event: unknown }[] = [];
  const schedule = new Schedule({
    definition: {
      name: "every-minute",
      arn: "arn:rule",
      intervalMs: 60_000,
      enabled,
      targets: [{ functionArn: "fn", input }],
    },
    clock,
    functions: new Map([
      [
        "fn",
        {
          definition: { name: "sweep" },
          maxConcurrency: 1,
          async invoke(event: unknown) {
            runs.push({ at: clock.now(), event });
            return { ok: true as const, payload: "null" };
          },
        },
      ],
    ]),
    region: "us-east-1",
    accountId: "000000000000",
  });
  schedule.start();
  return { clock, runs, schedule };
}

test("it runs at each full minute of the virtual clock", async () => {
  const { clock, runs } = sample();
  await clock.advance(29_999);
  expect(runs).toEqual([]);
  await clock.advance(1);
  await clock.advance(3 * 60_000);
  expect(runs.map(({ at }) => new Date(at).toISOString().slice(11, 19))).toEqual([
    "03:01:00",
    "03:02:00",
    "03:03:00",
    "03:04:00",
  ]);
});

test("the event is EventBridge's, or the target's own input", async () => {
  const plain = sample();
  await plain.clock.advance(60_000);
  expect(plain.runs[0]!.event).toMatchObject({
    "detail-type": "Scheduled Event",
    source: "aws.events",
    time: "2026-11-22T03:01:00Z",
    resources: ["arn:rule"],
  });
  const own = sample('{"a":1}');
  await own.clock.advance(60_000);
  expect(own.runs[0]!.event).toEqual({ a: 1 });
});

test("a disabled rule and a stopped one do not run", async () => {
  const disabled = sample(undefined, false);
  await disabled.clock.advance(300_000);
  expect(disabled.runs).toEqual([]);
  const stopped = sample();
  stopped.schedule.stop();
  await stopped.clock.advance(300_000);
  expect(stopped.runs).toEqual([]);
});
