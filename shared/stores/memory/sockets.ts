import type { SocketConnection, SocketStore } from "../../ports/connections.ts";
import { copyOf } from "./copy.ts";

type Ticket = Parameters<SocketStore["putTicket"]>[0];

export function memorySockets(): SocketStore {
  const connections = new Map<string, SocketConnection>();
  const tickets = new Map<string, Ticket>();

  return {
    async put(connection) {
      connections.set(connection.connectionId, { ...connection });
    },

    async get(connectionId) {
      return copyOf(connections.get(connectionId));
    },

    async remove(connectionId) {
      connections.delete(connectionId);
    },

    async audience(agentIds) {
      return Array.from(connections.values())
        .filter(({ supervisor, agentId }) => supervisor || agentIds.includes(agentId))
        .map(({ connectionId, agentId, supervisor, expiresAt }) => ({ connectionId, agentId, supervisor, expiresAt }));
    },

    async putTicket(ticket) {
      tickets.set(ticket.id, { ...ticket });
    },

    async takeTicket(id, now) {
      const ticket = tickets.get(id);
      tickets.delete(id);
      if (!ticket || ticket.expiresAt <= now) return undefined;
      return { agentId: ticket.agentId, supervisor: ticket.supervisor };
    },
  };
}
