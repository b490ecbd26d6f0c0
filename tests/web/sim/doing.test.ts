import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { act, type Doing } from "../../../web/sim/doing.ts";
import { remember, type Memory } from "../../../web/sim/memory.ts";

const anna = { name: "Anna", phone: "+4915112345678", mail: "anna@customer.test" };
const at = "2026-11-22T10:00:00.000Z";
const inboxes = {
  sms: { id: "sms-main", channel: "sms", address: "+15005550006" },
  whatsapp: { id: "whatsapp", channel: "whatsapp", address: "101" },
  byTwilio: { id: "whatsapp-twilio", channel: "whatsapp", provider: "twilio", address: "+15005550010" },
  messenger: { id: "messenger", channel: "messenger", address: "102" },
  telegram: { id: "telegram", channel: "telegram", address: "shop_bot" },
};

const posted: { path: string; body: unknown }[] = [];
let refusal: string | undefined;

beforeEach(() => {
  posted.length = 0;
  refusal = undefined;
  vi.stubGlobal("fetch", async (path: string, { body }: RequestInit = {}) => {
    if (path === "/sim/clock") return Response.json({ now: at });
    posted.push({ path, body: JSON.parse(String(body)) });
    if (refusal !== undefined) return Response.json({ detail: refusal }, { status: 400 });
    return Response.json(path.startsWith("/sim/twilio") ? { sid: "1" } : { items: [{ providerId: "1" }] });
  });
});
afterEach(() => vi.unstubAllGlobals());

const does = async (inbox: keyof typeof inboxes, doing: Doing, before: Partial<Memory> = {}) =>
  (await act(doing, anna, inboxes[inbox]))({ ...remember({ getItem: () => null }, "tab"), ...before });

describe("what is done on the simulator's phone", () => {
  it.each([
    ["sms", { text: "Hello" }, "twilio", { from: anna.phone, to: "+15005550006", body: "Hello" }],
    [
      "byTwilio",
      { text: "Hello" },
      "twilio",
      {
        from: `whatsapp:${anna.phone}`,
        to: "whatsapp:+15005550010",
        body: "Hello",
        details: { ProfileName: "Anna" },
      },
    ],
    ["whatsapp", { text: "Hello" }, "whatsapp", { from: anna.phone, to: "whatsapp", name: "Anna", text: "Hello" }],
    [
      "whatsapp",
      { choice: { to: "9", title: "Yes" } },
      "whatsapp",
      { from: anna.phone, to: "whatsapp", name: "Anna", choice: { to: "9", title: "Yes" } },
    ],
    [
      "messenger",
      { choice: { to: "9", title: "Yes" } },
      "messenger",
      { from: "14915112345678", to: "messenger", choice: { title: "Yes" } },
    ],
    [
      "telegram",
      { text: "", location: { latitude: 1, longitude: 2 } },
      "telegram",
      { from: "54915112345678", to: "telegram", name: "Anna", location: { latitude: 1, longitude: 2 } },
    ],
  ] as const)("goes to whoever carries it: %s %j", async (inbox, doing, path, body) => {
    await does(inbox, doing);
    expect(posted).toEqual([{ path: `/sim/${path}/messages`, body }]);
  });

  it("is in the thread then", async () => {
    const message = { inbox: "whatsapp", providerId: "1", from: anna.phone, at };
    expect((await does("whatsapp", { text: "Hello" })).messages).toEqual([{ ...message, text: "Hello" }]);
    const place = { location: { latitude: 1, longitude: 2 } };
    expect((await does("whatsapp", place)).messages).toEqual([{ ...message, text: "1, 2" }]);
    const choice = { choice: { to: "9", title: "Yes" } };
    expect((await does("whatsapp", choice)).messages).toEqual([{ ...message, text: "Yes" }]);
  });

  it("changes the message that it is about", async () => {
    const message = { inbox: "messenger", providerId: "7", from: "14915112345678", text: "Helo", at };
    const other = { ...message, providerId: "8" };
    const before = { messages: [message, other], reactions: { 9: "👍" } };
    expect(await does("messenger", { edits: "7", text: "Hello" }, before)).toEqual({
      messages: [{ ...message, text: "Hello", isEdited: true }, other],
    });
    expect(await does("messenger", { unsends: "8" }, before)).toEqual({
      messages: [message, { ...other, text: "", file: undefined, isDeleted: true }],
    });
    expect(await does("messenger", { reaction: { to: "7", emoji: "🙏" } }, before)).toEqual({
      reactions: { 7: "🙏", 9: "👍" },
    });
    expect(await does("messenger", { reaction: { to: "9", emoji: null } }, before)).toEqual({ reactions: { 9: "" } });
    expect(await does("messenger", { reads: true }, before)).toEqual({});
  });

  it("says why it was not taken", async () => {
    refusal = "from: Anna is no number";
    await expect(does("whatsapp", { text: "Hello" })).rejects.toThrow("from: Anna is no number");
  });
});
