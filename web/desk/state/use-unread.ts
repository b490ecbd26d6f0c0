import { useEffect, useRef } from "preact/hooks";
import type { Conversation } from "../api/types.ts";
import { Unread } from "./unread.ts";

/**
 * Ids of own conversations with a customer's message that their agent has not seen.
 *
 * @param own undefined until they have been fetched
 * @param open what is on the screen now
 */
export function useUnread(
  own: Conversation[] | undefined,
  open: Conversation | undefined,
  selectedId: string | undefined,
): Set<string> {
  const unread = useRef(new Unread()).current;
  if (own) unread.list(own);
  if (open) unread.see(open);
  const ids = unread.of(own ?? []);
  if (selectedId !== undefined) ids.delete(selectedId);
  return ids;
}

/** Says in the browser's tab how much is unread. */
export function useTitle(name: string, unread: number): void {
  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${name} · Switchyard`;
  }, [name, unread]);
}
