import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonLog, maxLogLineBytes } from "../../shared/adapters/log.ts";

function logged(write: (log: ReturnType<typeof jsonLog>) => void): { line: string; fields: Record<string, unknown> } {
  const lines: string[] = [];
  write(jsonLog((line) => lines.push(line)));
  expect(lines).toHaveLength(1);
  return { line: lines[0]!, fields: JSON.parse(lines[0]!) };
}

describe("log lines", () => {
  it("say level, event and fields", () => {
    expect(logged((log) => log.info("routed", { count: 2, agentId: null })).fields).toEqual({
      level: "INFO",
      event: "routed",
      count: 2,
      agentId: null,
    });
    expect(logged((log) => log.warn("parked", { kind: "pool" })).fields).toMatchObject({ level: "WARN", kind: "pool" });
  });

  it("say what failed and where, shortly", () => {
    const { fields } = logged((log) =>
      log.error("inbound.failed", new TypeError("no such thing"), { receiveCount: 3 }),
    );
    expect(fields).toMatchObject({ level: "ERROR", error: "TypeError: no such thing", receiveCount: 3 });
    expect(fields["at"]).toMatch(/^log\.test\.ts:\d+:\d+/);
    expect(logged((log) => log.error("failed", "just text")).fields).toMatchObject({ error: "just text" });
  });

  it("are JSON of at most 300 bytes, whatever is put in", () => {
    const stack = new Error("any").stack;
    const unit = fc.constantFrom("a", "é", "😀", "\uD800", "\u0000", '"', "\n");
    const value = fc.oneof(fc.string({ unit, maxLength: 100 }), fc.integer(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(
        fc.string({ unit }),
        fc.string({ unit, maxLength: 600 }),
        fc.dictionary(fc.string(), value),
        (event, message, fields) => {
          const { line } = logged((log) => log.error(event, Object.assign(new Error(message), { stack }), fields));
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(maxLogLineBytes);
          expect(line).not.toContain("\n");
        },
      ),
    );
  });
});
