import { expect, it } from "vitest";
import type { SocketConnection } from "../../shared/ports/connections.ts";
import { InvalidCursor } from "../../shared/ports/paging.ts";
import type { Stores } from "../../shared/ports/stores.ts";
import type { DueItem, Parked } from "../../shared/ports/work.ts";
import { atOnce, newId, poolEntry, time } from "../stores/samples.ts";

export function poolLogContract(stores: () => Stores): void {
  it("appends each sequence once and reads what comes after one, in order", async () => {
    const poolId = newId("agt");
    const entries = Array.from({ length: 12 }, (_, index) => poolEntry(poolId, index + 1));
    for (const entry of entries.toReversed()) expect(await stores().poolLog.append(entry)).toBe(true);
    expect(await stores().poolLog.append(poolEntry(poolId, 7))).toBe(false);
    expect(await stores().poolLog.readAfter(poolId, 0)).toEqual(entries);
    expect(await stores().poolLog.readAfter(poolId, 9)).toEqual(entries.slice(9));
    expect(await stores().poolLog.readAfter(poolId, 12)).toEqual([]);
    expect(await stores().poolLog.readAfter(newId("agt"), 0)).toEqual([]);
  });

  it("reads all of it, however much", async () => {
    const poolId = newId("agt");
    const entries = Array.from({ length: 12 }, (_, index) => poolEntry(poolId, index + 1, 200));
    for (const entry of entries) await stores().poolLog.append(entry);
    expect(JSON.stringify(entries).length).toBeGreaterThan(1024 * 1024);
    expect(await stores().poolLog.readAfter(poolId, 0)).toEqual(entries);
  });

  it("lets a writer know its own entry again when the append seems to have failed", async () => {
    const entry = poolEntry(newId("agt"), 1);
    await stores().poolLog.append(entry);
    expect(await stores().poolLog.append(entry)).toBe(false);
    const [stored] = await stores().poolLog.readAfter(entry.poolId, 0);
    expect(stored?.entryId).toBe(entry.entryId);
  });

  it("has one winner among 8 who append the same sequence", async () => {
    const poolId = newId("agt");
    const won = await atOnce(8, () => stores().poolLog.append(poolEntry(poolId, 1)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await stores().poolLog.readAfter(poolId, 0)).toHaveLength(1);
  });

  it("remembers every pool that it was told of", async () => {
    const [one, other, third] = [newId("agt"), newId("agt"), newId("agt")];
    expect(await stores().poolLog.remember([one, other])).toEqual(expect.arrayContaining([one, other]));
    const known = await stores().poolLog.remember([other, third]);
    expect(known.filter((id) => [one, other, third].includes(id)).toSorted()).toEqual([one, other, third].toSorted());
    expect((await stores().poolLog.remember([])).toSorted()).toEqual(known.toSorted());
  });

  it("moves watermark and head forward only", async () => {
    const poolId = newId("agt");
    expect(await stores().poolLog.watermark(poolId)).toBe(0);
    expect(await stores().poolLog.head(poolId)).toBeUndefined();
    for (const sequence of [3, 7, 5]) await stores().poolLog.setWatermark(poolId, sequence);
    for (const sequence of [1000, 3000, 2000]) {
      await stores().poolLog.setHead(poolId, { sequence, key: `pools/x/${sequence}` });
    }
    expect(await stores().poolLog.watermark(poolId)).toBe(7);
    expect(await stores().poolLog.head(poolId)).toEqual({ sequence: 3000, key: "pools/x/3000" });
    expect(await stores().poolLog.readAfter(poolId, 0)).toEqual([]);
  });
}

export function parkedContract(stores: () => Stores): void {
  const parked = (changes: Partial<Parked> = {}): Parked => ({
    id: newId("prk"),
    schemaVersion: 1,
    kind: "inbound",
    body: '{"schemaVersion":1}',
    groupId: newId("idn"),
    reason: "The job could not be read.",
    at: time(0),
    ...changes,
  });

  it("keeps what was parked first, until it is removed", async () => {
    const item = parked({ kind: "outbound", conversationId: newId("cnv"), sendId: "snd_1" });
    await stores().parked.put(item);
    await stores().parked.put({ ...item, reason: "again" });
    expect(await stores().parked.get(item.id)).toEqual(item);
    await stores().parked.remove(item.id);
    await stores().parked.remove(item.id);
    expect(await stores().parked.get(item.id)).toBeUndefined();
  });

  it("lists longest parked first, page by page", async () => {
    const items = Array.from({ length: 5 }, (_, position) => parked({ at: time(-1000 + position) }));
    for (const item of items.toReversed()) await stores().parked.put(item);
    const first = await stores().parked.list({ limit: 3 });
    const second = await stores().parked.list({ limit: 2, cursor: first.cursor });
    expect([...first.items, ...second.items]).toEqual(items);
    for (const { id } of items) await stores().parked.remove(id);
    expect((await stores().parked.list({ limit: 50 })).items.filter(({ at }) => at < time(0))).toEqual([]);
    await expect(stores().parked.list({ limit: 1, cursor: "x" })).rejects.toThrow(InvalidCursor);
  });
}

export function dueContract(stores: () => Stores): void {
  const check = (seconds: number): DueItem => {
    const id = newId("msg");
    return { id, dueAt: time(seconds), job: { kind: "send-check", messageId: id } };
  };

  it("gives what is due, oldest first and at most as many as asked, until it is removed", async () => {
    const items = [check(-30), check(-20), check(-20), check(-10)];
    const later = check(-9.999);
    for (const item of [later, ...items.toReversed()]) await stores().due.put(item);
    await stores().due.put(items[0]!);
    const due = await stores().due.due(time(-10), 50);
    expect(due.map(({ dueAt }) => dueAt)).toEqual(items.map(({ dueAt }) => dueAt));
    expect(due).toEqual(expect.arrayContaining(items));
    expect(await stores().due.due(time(-10), 2)).toEqual(due.slice(0, 2));
    for (const item of items) await stores().due.remove(item);
    await stores().due.remove(items[0]!);
    expect(await stores().due.due(time(-9), 50)).toEqual([later]);
    await stores().due.remove(later);
  });
}

export function socketContract(stores: () => Stores): void {
  const connection = (agentId: string, supervisor = false): SocketConnection => ({
    connectionId: `${newId("con")}=`,
    agentId,
    supervisor,
    expiresAt: time(7200),
  });
  const idsOf = (connections: SocketConnection[]) => connections.map(({ connectionId }) => connectionId).toSorted();

  it("reaches the agents named and every supervisor, each connection once", async () => {
    const [ana, ben] = [newId("agt"), `${newId("agt")}#x`];
    const connections = [
      connection(ana),
      connection(ana),
      connection(ben),
      connection(ana, true),
      connection("sup", true),
    ];
    for (const item of connections) await stores().sockets.put(item);
    await stores().sockets.put(connections[0]!);
    const [first, second, third, ...supervisors] = connections;
    const reached = await stores().sockets.audience([ana, ana, newId("agt")]);
    expect(idsOf(reached)).toEqual(idsOf([first!, second!, ...supervisors]));
    expect(reached).toEqual(expect.arrayContaining([first, second, ...supervisors]));
    expect(await stores().sockets.audience([ben])).toEqual(expect.arrayContaining([third]));
    expect(idsOf(await stores().sockets.audience([]))).toEqual(idsOf(supervisors));
    for (const { connectionId } of connections) await stores().sockets.remove(connectionId);
    await stores().sockets.remove(first!.connectionId);
    expect(await stores().sockets.audience([ana, ben])).toEqual([]);
  });

  it("keeps what a connection's agent has before them, until it ends", async () => {
    const connection = { connectionId: newId("con"), agentId: newId("agt"), supervisor: false, expiresAt: time(60) };
    await stores().sockets.put(connection);
    expect(await stores().sockets.get(connection.connectionId)).toEqual(connection);
    await stores().sockets.put({ ...connection, viewing: "cnv_1" });
    expect(await stores().sockets.get(connection.connectionId)).toEqual({ ...connection, viewing: "cnv_1" });
    const others = (await stores().sockets.audience([connection.agentId])).filter(({ supervisor }) => !supervisor);
    expect(others).toEqual([connection]);
    await stores().sockets.remove(connection.connectionId);
    expect(await stores().sockets.get(connection.connectionId)).toBeUndefined();
  });

  it("lets a ticket be used once, by one of 8 racers", async () => {
    const ticket = { id: newId("tck"), agentId: "agent-de", supervisor: false, expiresAt: time(60) };
    await stores().sockets.putTicket(ticket);
    const taken = await atOnce(8, () => stores().sockets.takeTicket(ticket.id, time(59.999)));
    expect(taken.filter((result) => result !== undefined)).toEqual([{ agentId: "agent-de", supervisor: false }]);
    expect(await stores().sockets.takeTicket(newId("tck"), time(0))).toBeUndefined();
  });

  it("refuses a ticket from the time on when it expires", async () => {
    const ticket = { id: newId("tck"), agentId: "agent-de", supervisor: true, expiresAt: time(60.5) };
    await stores().sockets.putTicket(ticket);
    expect(await stores().sockets.takeTicket(ticket.id, time(60.5))).toBeUndefined();
  });
}
