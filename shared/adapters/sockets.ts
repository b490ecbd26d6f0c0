import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { Sockets } from "../ports/sockets.ts";
import { clientSettings, statusOf } from "./clients.ts";

/** A push is best effort, and messages wait behind it. */
const pushTimeoutMs = 400;

/**
 * The management API of a WebSocket API.
 *
 * @param endpoint the stage's https address
 */
export function apiGatewaySockets(endpoint: string): Sockets {
  let made: ApiGatewayManagementApiClient | undefined;
  const client = () =>
    (made ??= new ApiGatewayManagementApiClient({ ...clientSettings(pushTimeoutMs), maxAttempts: 1, endpoint }));

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
