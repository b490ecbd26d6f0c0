import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { VirtualClock } from "../../../infra/local/clock.ts";
import type { InvocationResult } from "../../../infra/local/lambda/protocol.ts";
import { type BundleOptions, functionOf } from "./bundle.ts";

const disposals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0)) await dispose();
});

function sample(source: string, options?: BundleOptions) {
  const made = functionOf(source, options);
  disposals.push(made.dispose);
  return made;
}

const payload = (result: InvocationResult): unknown => (result.ok ? JSON.parse(result.payload) : result.error);

describe("invocations", () => {
  test("the event goes in and the result comes out as JSON; undefined is null", async () => {
    const { target } = sample("exports.handler = async (event) => event.back;");
    expect(payload(await target.invoke({ back: { a: [1, "ü"] } }))).toEqual({ a: [1, "ü"] });
    expect(payload(await target.invoke({}))).toBeNull();
  });

  test("one after the other they share a warm worker, at a time they don't", async () => {
    const { target } = sample(`
      let count = 0;
      exports.handler = async () => { count += 1; await new Promise((done) => setTimeout(done, 20)); return count; };`);
    expect(payload(await target.invoke({}))).toBe(1);
    expect(payload(await target.invoke({}))).toBe(2);
    const together = await Promise.all([target.invoke({}), target.invoke({})]);
    expect(together.map(payload).toSorted()).toEqual([1, 3]);
  });

  test("more at a time than workers wait their turn", async () => {
    const { target } = sample(`
      let busy = false;
      exports.handler = async (event) => {
        if (busy) throw new Error("two at a time");
        busy = true; await new Promise((done) => setTimeout(done, 5)); busy = false; return event;
      };`);
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => target.invoke(index)));
    expect(results.map(payload)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  test("the context says who and how long", async () => {
    const { target } = sample(`exports.handler = async (event, context) => ({
      name: context.functionName, arn: context.invokedFunctionArn, memory: context.memoryLimitInMB,
      left: context.getRemainingTimeInMillis() });`);
    const context = payload(await target.invoke({})) as { left: number };
    expect(context).toMatchObject({ name: "sample", memory: "128" });
    expect(context.left).toBeGreaterThan(4_000);
    expect(context.left).toBeLessThanOrEqual(5_000);
  });
});

describe("failures stay inside", () => {
  const cases: [string, string, object][] = [
    ["a thrown error", "throw new RangeError('too far')", { errorType: "RangeError", errorMessage: "too far" }],
    ["a rejected text", "return Promise.reject('no')", { errorType: "string", errorMessage: "no" }],
    ["process.exit", "process.exit(3)", { errorType: "Runtime.ExitError", errorMessage: expect.stringContaining("3") }],
    [
      "an uncaught error",
      "setTimeout(() => { throw new Error('later'); }); return new Promise(() => {})",
      { errorType: "Runtime.UnhandledError", errorMessage: expect.stringContaining("later") },
    ],
    [
      "more memory than it has",
      "const all = []; for (;;) all.push(new Array(100000).fill({}))",
      { errorType: "Runtime.OutOfMemory" },
    ],
  ];
  test.each(cases)("%s", async (_name, body, error) => {
    const { target } = sample(`exports.handler = async (event) => { if (event.well) return "well"; ${body}; };`);
    expect(payload(await target.invoke({}))).toMatchObject(error);
    expect(payload(await target.invoke({ well: true }))).toBe("well");
  });

  test("a function that does not end is ended at its time-out, and the next call has a new worker", async () => {
    const { target } = sample(
      "let calls = 0; exports.handler = async (event) => { calls += 1; while (event.hang) {} return calls; };",
      {
        definition: { timeoutMs: 300 },
      },
    );
    expect(payload(await target.invoke({ hang: true }))).toMatchObject({
      errorType: "Sandbox.Timedout",
      errorMessage: expect.stringMatching(/Task timed out after 0\.30 seconds/),
    });
    expect(payload(await target.invoke({}))).toBe(1);
  });

  test("a crash after the answer is in the log, and the next call has a new worker", async () => {
    const { target, log } = sample(`
      let calls = 0;
      exports.handler = async () => { setImmediate(() => { throw new Error("too late"); }); return (calls += 1); };`);
    expect(payload(await target.invoke({}))).toBe(1);
    await expect.poll(() => log.join("\n")).toContain("Error: too late");
    await expect.poll(async () => payload(await target.invoke({}))).toBe(1);
  });

  test("a result of over six megabytes is an error", async () => {
    const { target } = sample("exports.handler = async () => 'x'.repeat(7 * 1024 * 1024);");
    expect(payload(await target.invoke({}))).toMatchObject({ errorType: "Function.ResponseSizeTooLarge" });
  });

  test("a bundle that can't be loaded is named with its error, in the answer and in the log", async () => {
    const { target, log } = sample("throw new Error('no table');");
    const why = /function sample can't be loaded: Error: no table/;
    expect(payload(await target.invoke({}))).toMatchObject({
      errorType: "Runtime.InitError",
      errorMessage: expect.stringMatching(why),
    });
    expect(log.join("\n")).toMatch(why);
  });

  test("a handler that is not there is named", async () => {
    const { target } = sample("exports.other = 1;");
    const errorMessage = expect.stringMatching(/index\.handler is undefined or not exported/);
    expect(payload(await target.invoke({}))).toMatchObject({ errorType: "Runtime.InitError", errorMessage });
  });
});

describe("surroundings", () => {
  test("the environment is the template's and nothing else", async () => {
    const { target } = sample("exports.handler = async () => process.env;", { environment: { TABLE_NAME: "t" } });
    expect(payload(await target.invoke({}))).toEqual({ TABLE_NAME: "t" });
  });

  test("what it writes goes to the log, line by line", async () => {
    const { target, log } = sample(
      "exports.handler = async () => { console.log('one\\ntwo'); console.error('three'); };",
    );
    await target.invoke({});
    await expect.poll(() => log.toSorted()).toEqual(["one", "three", "two"]);
  });

  test("is marked as the embedded host's, so that receivers of webhooks and providers' files may be on this machine", async () => {
    const origins = { "https://api.twilio.com": "http://127.0.0.1:1/api.twilio.com" };
    const source = `exports.handler = async () => globalThis[Symbol.for("switchyard.embedded-host")];`;
    const { target } = sample(source, { origins });
    expect(payload(await target.invoke({}))).toEqual({ origins });
  });

  test("Date follows the virtual clock, while it runs too", async () => {
    const clock = new VirtualClock({ offsetMs: 3_600_000 });
    const source = `exports.handler = async () => ({
      now: Date.now(), fresh: new Date().getTime(), fixed: new Date(5).getTime(), parsed: Date.parse("1970-01-01T00:00:01Z"),
      isDate: new Date() instanceof Date, text: typeof Date() });`;
    const { target } = sample(source, { clock });
    const told = payload(await target.invoke({})) as { now: number; fresh: number };
    expect(told).toMatchObject({ fixed: 5, parsed: 1_000, isDate: true, text: "string" });
    expect(Math.abs(told.now - clock.now())).toBeLessThan(5_000);
    expect(Math.abs(told.fresh - told.now)).toBeLessThan(1_000);
    await clock.advance(24 * 3_600_000);
    const later = payload(await target.invoke({})) as { now: number };
    expect(later.now - told.now).toBeGreaterThanOrEqual(24 * 3_600_000);
    clock.close();
  });

  test("a provider's origin leads to its simulation; any other was never reached", async () => {
    const server = createServer((request, response) => {
      response.end(`${request.method} ${request.url} ${request.headers["x-own"]}`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    disposals.push(() => new Promise((resolve) => server.close(() => resolve())));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const source = `exports.handler = async (event) => {
      try { return await (await fetch(event.url, { method: "POST", body: "b", headers: { "x-own": "1" } })).text(); }
      catch (error) { return { syscall: error.cause.syscall, why: error.cause.message }; } };`;
    const { target } = sample(source, { origins: { "https://api.twilio.com": url } });
    expect(payload(await target.invoke({ url: "https://api.twilio.com/2010/x?y=1" }))).toBe("POST /2010/x?y=1 1");
    expect(payload(await target.invoke({ url: "https://example.com/" }))).toEqual({
      syscall: "connect",
      why: "the embedded cloud has no simulated provider at https://example.com",
    });
    server.closeAllConnections();
  });
});
