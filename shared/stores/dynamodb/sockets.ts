import type { SocketConnection, SocketStore } from "../../ports/connections.ts";
import { inSeconds, readable, schemaVersion } from "./item.ts";
import { connectionKey, idOf, tableNames, ticketKey } from "./keys.ts";
import type { Item, Table } from "./table.ts";

export function dynamoSockets(table: Table): SocketStore {
  return {
    async put(connection) {
      await table.put({
        ...connectionKey(connection.connectionId),
        ...connectionPlace(connection),
        schemaVersion,
        viewing: connection.viewing,
        expiresAt: inSeconds(connection.expiresAt),
      });
    },

    async get(connectionId) {
      const item = await table.get(connectionKey(connectionId));
      if (!item) return undefined;
      const { viewing } = readable(item);
      return { ...readConnection(item), ...(viewing !== undefined && { viewing }) };
    },

    async remove(connectionId) {
      await table.remove(connectionKey(connectionId));
    },

    async audience(agentIds) {
      const lists = [supervisors, ...new Set(agentIds.map(connectionsOf))];
      const found = await Promise.all(
        lists.map((list) => table.query("#listKey = :list", { ":list": list }, { index: tableNames.listIndex })),
      );
      return found.flat().map(readConnection);
    },

    async putTicket({ id, agentId, supervisor, expiresAt }) {
      const ticket = { schemaVersion, agentId, supervisor, validUntil: expiresAt, expiresAt: inSeconds(expiresAt) };
      await table.put({ ...ticketKey(id), ...ticket });
    },

    async takeTicket(id, now) {
      const item = await table.remove(ticketKey(id));
      if (!item || readable(item).validUntil <= now) return undefined;
      return { agentId: item.agentId, supervisor: item.supervisor };
    },
  };
}

const supervisors = "SOCKETS";
const connectionsOf = (agentId: string): string => `SOCKETS#${agentId}`;

/**
 * Pushes are best effort, so an audience is read from the index alone: its keys hold all of a connection. A connection
 * is in one list, so that none is found twice.
 */
const connectionPlace = ({ agentId, supervisor, expiresAt }: SocketConnection) => ({
  listKey: supervisor ? supervisors : connectionsOf(agentId),
  listOrder: `${expiresAt}#${agentId}`,
});

function readConnection(entry: Item): SocketConnection {
  const agentId = idOf(entry.listOrder);
  return {
    connectionId: idOf(entry.pk),
    agentId,
    supervisor: entry.listKey === supervisors,
    expiresAt: entry.listOrder.slice(0, -agentId.length - 1),
  };
}
