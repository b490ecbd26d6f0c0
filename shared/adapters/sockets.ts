import type { Sockets } from "../ports/sockets.ts";
import { clientSettings } from "./clients.ts";

/**
 * The management API of a WebSocket API.
 *
 * @param endpoint the stage's https address
 */
export function apiGatewaySockets(endpoint: string): Sockets {
  const load = async () => {
    const management = await import("@aws-sdk/client-apigatewaymanagementapi");
    return { management, client: new management.ApiGatewayManagementApiClient({ ...clientSettings(2_000), endpoint }) };
  };
  let loaded: ReturnType<typeof load> | undefined;

  return {
    async push(connectionId, data) {
      const { management, client } = await (loaded ??= load());
      try {
        await client.send(new management.PostToConnectionCommand({ ConnectionId: connectionId, Data: data }));
        return "delivered";
      } catch (error) {
        if (error instanceof management.GoneException) return "gone";
        throw error;
      }
    },
  };
}
