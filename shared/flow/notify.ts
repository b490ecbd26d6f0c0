import { limits } from "../core/limits.ts";
import type { App } from "../ports/app.ts";

/** What an open desk is told; it fetches the rest itself. */
export interface Notice {
  /** `typing`: the customer types */
  type: "conversation" | "message" | "status" | "typing";
  conversationId: string;
  messageId?: string;
}

/**
 * Pushes a notice to the open connections of an agent and of supervisors. Best effort: the desk fetches again by itself,
 * so a failure is logged and changes nothing.
 */
export async function notify(agentIds: (string | null | undefined)[], notice: Notice, app: App): Promise<void> {
  try {
    const audience = await app.stores.sockets.audience(agentIds.filter((id): id is string => typeof id === "string"));
    await Promise.all(
      audience.map(async ({ connectionId, expiresAt }) => {
        const outcome = await app.sockets.push(connectionId, JSON.stringify(notice));
        const age = app.clock.now() - (Date.parse(expiresAt) - limits.socketLifeMs);
        if (outcome === "gone" && age > limits.socketOpeningMs) await app.stores.sockets.remove(connectionId);
      }),
    );
  } catch (error) {
    app.log.warn("notify.failed", { type: notice.type, error: error instanceof Error ? error.name : String(error) });
  }
}
