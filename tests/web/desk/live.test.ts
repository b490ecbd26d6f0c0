import { afterEach, describe, expect, it, vi } from "vitest";
import type { Api } from "../../../web/desk/api/api.ts";
import { Problem } from "../../../web/desk/api/problem.ts";
import { frameOf, stayLive } from "../../../web/desk/state/live.ts";

describe("a frame of the socket", () => {
  it.each([
    { type: "message", conversationId: "cnv_1", messageId: "msg_1" },
    { type: "viewers", conversationId: "cnv_1", viewers: [{ agentId: "emma", typing: true }] },
    { type: "typing", conversationId: "cnv_1" },
  ])("is read when it names a conversation: $type", (frame) => {
    expect(frameOf(JSON.stringify(frame))).toEqual(frame);
  });

  it.each(["", "no JSON", "null", "[]", '{"type":"pong"}', '{"type":"news","conversationId":"cnv_1"}'])(
    "is none of the desk's else: %j",
    (frame) => {
      expect(frameOf(frame)).toBeUndefined();
    },
  );
});

describe("a desk whose router is away", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  /** When it asks for a ticket, in milliseconds, where chance says this each time. */
  async function attemptsAt(chance: number): Promise<number[]> {
    vi.useFakeTimers({ now: 0 });
    vi.spyOn(Math, "random").mockReturnValue(chance);
    const attempts: number[] = [];
    const socketTicket = (): Promise<never> => {
      attempts.push(Date.now());
      return Promise.reject(new TypeError("Failed to fetch"));
    };
    const live = stayLive({ socketTicket } as unknown as Api, {
      onFrame() {},
      onAll() {},
      onState() {},
      onFailure() {},
    });
    await vi.advanceTimersByTimeAsync(60_000);
    live.end();
    return attempts;
  }

  it("waits longer each time, and comes back at another moment than the others", async () => {
    const [early, late] = [await attemptsAt(0), await attemptsAt(0.999)];
    expect(early[1]).toBeGreaterThanOrEqual(250);
    expect(late[1]! - early[1]!).toBeGreaterThan(200);
    expect(late.length).toBeLessThan(12);
    expect(early.length).toBeLessThan(20);
  });

  it("is told why no ticket came: a sign-in that has ended is nothing that time mends", async () => {
    const failures: unknown[] = [];
    const socketTicket = (): Promise<never> => Promise.reject(new Problem(401, "Unauthorized"));
    const onFailure = (error: unknown): void => void failures.push(error);
    const live = stayLive({ socketTicket } as unknown as Api, { onFrame() {}, onAll() {}, onState() {}, onFailure });
    await vi.waitFor(() => expect(failures).toEqual([expect.objectContaining({ status: 401 })]));
    live.end();
  });
});
