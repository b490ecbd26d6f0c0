import { expect, it } from "vitest";
import type { ChatConnection } from "../../shared/ports/connections.ts";
import type { Stores } from "../../shared/ports/stores.ts";
import { newId, time } from "../stores/samples.ts";

export function chatContract(stores: () => Stores): void {
  const chat = (changes: Partial<ChatConnection> = {}): ChatConnection => ({
    connectionId: newId("con"),
    inboxId: "web",
    identityId: newId("idn"),
    address: newId("ses"),
    sessionToken: "token",
    expiresAt: time(60.5),
    ...changes,
  });

  it("finds a chat by its connection, as it was put last, until it is removed", async () => {
    const opened = chat();
    await stores().chats.put(opened);
    expect(await stores().chats.get(opened.connectionId)).toEqual(opened);
    await stores().chats.put({ ...opened, greeted: true });
    expect(await stores().chats.get(opened.connectionId)).toEqual({ ...opened, greeted: true });
    expect(await stores().chats.audience(opened.identityId)).toEqual([{ ...opened, greeted: true }]);
    await stores().chats.remove(opened.connectionId);
    await stores().chats.remove(opened.connectionId);
    expect(await stores().chats.get(opened.connectionId)).toBeUndefined();
    expect(await stores().chats.audience(opened.identityId)).toEqual([]);
  });

  it("lets one of several greet it, and takes that back with the next put", async () => {
    const opened = chat();
    expect(await stores().chats.claimGreeting(opened)).toBe(false);
    await stores().chats.put(opened);
    const claims = await Promise.all(Array.from({ length: 5 }, () => stores().chats.claimGreeting(opened)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await stores().chats.get(opened.connectionId)).toEqual({ ...opened, greeted: true });
    expect(await stores().chats.audience(opened.identityId)).toEqual([{ ...opened, greeted: true }]);
    await stores().chats.put(opened);
    expect(await stores().chats.claimGreeting(opened)).toBe(true);
  });

  it("finds all open chats of an identity at once, and no other's", async () => {
    const identityId = newId("idn");
    const opened = [chat({ identityId }), chat({ identityId }), chat()];
    const own = opened.slice(0, 2).toSorted((one, other) => (one.connectionId < other.connectionId ? -1 : 1));
    for (const each of opened) await stores().chats.put(each);
    const found = await stores().chats.audience(identityId);
    expect(found.toSorted((one, other) => (one.connectionId < other.connectionId ? -1 : 1))).toEqual(own);
  });
}
