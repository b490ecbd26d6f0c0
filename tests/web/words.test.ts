import { describe, expect, it } from "vitest";
import { explain, type Conversation, Problem } from "../../web/desk/api.ts";
import { noticeOf } from "../../web/desk/live.ts";
import { holding, nothingYet } from "../../web/desk/words.ts";
import { remember } from "../../web/sim/memory.ts";

describe("what the desk says", () => {
  it.each([
    [{ status: "waiting", agentId: null }, "waiting for an agent"],
    [{ status: "offered", agentId: "me" }, "offered to you"],
    [{ status: "assigned", agentId: "me" }, "with you"],
    [{ status: "assigned", agentId: "emma" }, "with emma"],
    [{ status: "resolved", agentId: null }, "resolved"],
  ] as const)("about who has a conversation: %o", (some, expected) => {
    expect(holding(some as Partial<Conversation> as Conversation, "me")).toBe(expected);
  });

  it("to an agent without conversations: what to do about it", () => {
    expect(nothingYet({ id: "a", status: "offline" })).toContain("Set yourself available");
    expect(nothingYet({ id: "a", status: "away" })).toContain("Set yourself available");
    expect(nothingYet({ id: "a", status: "available" })).not.toContain("Set yourself available");
  });

  it("about a call that failed: the router's own words, or that no answer came", () => {
    expect(explain(new Problem(409, "A newer message has come: read it, then resolve."))).toContain("newer message");
    expect(explain(new TypeError("Failed to fetch"))).toContain("can't be reached");
  });
});

describe("a frame of the socket", () => {
  it("is a notice when it names a conversation", () => {
    const notice = { type: "message", conversationId: "cnv_1", messageId: "msg_1" };
    expect(noticeOf(JSON.stringify(notice))).toEqual(notice);
  });

  it.each(["", "no JSON", "null", "[]", '{"type":"pong"}'])("else anything may have changed: %j", (frame) => {
    expect(noticeOf(frame)).toBeUndefined();
  });
});

describe("the phones' memory", () => {
  it("begins anew where nothing readable was kept", () => {
    const fresh = remember({ getItem: () => null });
    expect(fresh.phones.length).toBeGreaterThan(1);
    expect(remember({ getItem: () => "{broken" })).toEqual(fresh);
  });

  it("is what was kept", () => {
    const memory = { phones: ["+4915112345678"], sent: [] };
    expect(remember({ getItem: () => JSON.stringify(memory) })).toEqual(memory);
  });
});
