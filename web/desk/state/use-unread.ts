import { useEffect, useRef } from "preact/hooks";
import type { Conversation } from "../api/types.ts";

/**
 * Ids of own conversations with a customer's message that has not been on this desk's screen.
 *
 * @param open what is on the screen now
 */
export function useUnread(
  own: Conversation[],
  open: Conversation | undefined,
  selectedId: string | undefined,
): Set<string> {
  const seen = useRef(new Map<string, string>());
  if (open) seen.current.set(open.id, open.lastInboundAt);
  const isUnread = ({ id, lastInboundAt }: Conversation): boolean =>
    id !== selectedId && seen.current.get(id) !== lastInboundAt;
  return new Set(own.filter((item) => item.status === "assigned" && isUnread(item)).map(({ id }) => id));
}

/** Says in the browser's tab how much is unread. */
export function useTitle(name: string, unread: number): void {
  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${name} · Switchyard`;
  }, [name, unread]);
}
