import { windowsOf, type Conversation } from "../core/conversation.ts";
import type { App } from "../ports/app.ts";

/**
 * Copies to the addresses when a customer last wrote from them, where that decides whether they may be written to: the
 * conversation that knows it is over, or another customer's. Doing it again changes nothing.
 */
export async function rememberWindows(conversation: Conversation, app: App): Promise<void> {
  const windows = windowsOf(conversation);
  if (windows.length === 0) return;
  const there = await app.stores.identities.many(windows.map(({ identityId }) => identityId));
  // Of an address that was erased meanwhile nothing is remembered.
  const known = windows.filter(({ identityId }) => there.some(({ id }) => id === identityId));
  await Promise.all(
    known.map(({ identityId, inboxId, since }) => app.stores.identities.setLastInbound(identityId, inboxId, since)),
  );
}
