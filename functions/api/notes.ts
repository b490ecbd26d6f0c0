import type { Context } from "./routes.ts";
import type { Conversation } from "../../shared/core/conversation.ts";
import { writtenOrder, type NoteStored } from "../../shared/core/message.ts";
import { isoTime } from "../../shared/ports/clock.ts";

/** Stores a note, which stays inside: it has no send, so nothing can put it on the outbound queue. */
export async function storeNote(
  conversation: Conversation,
  note: { id: string; text: string; requestDigest?: string },
  { caller, app }: Context,
): Promise<NoteStored> {
  const at = isoTime(app.clock.now());
  const { message } = await app.stores.messages.create<NoteStored>({
    ...note,
    schemaVersion: 1,
    direction: "note",
    conversationId: conversation.id,
    identityId: conversation.identityId,
    channel: conversation.channel,
    inboxId: conversation.inboxId,
    media: [],
    author: caller.id,
    order: writtenOrder(at, note.id),
    createdAt: at,
  });
  return message;
}
