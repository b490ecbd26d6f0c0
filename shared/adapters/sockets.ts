import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { Sockets } from "../ports/sockets.ts";
import { clientSettings, statusOf } from "./clients.ts";

/** Notices to desks are best effort, and messages wait behind them; a customer waits for what a chat is told. */
export const pushTimeoutsMs = { desks: 400, chats: 3_000 } as const;

/**
 * The management API of a WebSocket API.
 *
 * @param endpoint the stage's https address
 */
export function apiGatewaySockets(endpoint: string, timeoutMs: number): Sockets {
  let made: ApiGatewayManagementApiClient | undefined;
  const client = () =>
    (made ??= new ApiGatewayManagementApiClient({ ...clientSettings(timeoutMs), maxAttempts: 1, endpoint }));

  return {
    async push(connectionId, data) {
      try {
        await client().send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }));
        return "delivered";
      } catch (error) {
        if (isGone(error)) return "gone";
        throw error;
      }
    },

    async close(connectionId) {
      try {
        await client().send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
  };
}

/** The status is what the API promises; the SDK names the error only where its header is there. */
const isGone = (error: unknown): boolean => statusOf(error) === 410;
