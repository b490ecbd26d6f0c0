import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Conversation, Message, Route } from "../api/types.ts";
import { inTurn } from "./in-turn.ts";

/** A conversation as it lies open on the desk. */
export interface OpenThread {
  conversation: Conversation;
  messages: Message[];
  /** the customer's addresses, and whether anything may go out to each */
  routes: Route[];
}

const nothing = (): Promise<void> => Promise.resolve();

/**
 * Loads the selected conversation. What comes late for one that was selected before is dropped.
 *
 * @param onFailure told of every failed load; one that left nothing to show is in `failure` as well
 */
export function useThread(api: Api, id: string | undefined, onFailure: (error: unknown) => void) {
  const [open, setOpen] = useState<OpenThread>();
  const [failure, setFailure] = useState<unknown>();
  const load = useRef(nothing);

  useEffect(() => {
    setOpen(undefined);
    setFailure(undefined);
    if (id === undefined) return;
    let isCurrent = true;
    load.current = inTurn(async () => {
      try {
        const thread = await fetchThread(api, id);
        if (isCurrent) setOpen(thread);
      } catch (error) {
        if (!isCurrent) return;
        setFailure(error);
        onFailure(error);
      }
    });
    void load.current();
    return () => {
      isCurrent = false;
      load.current = nothing;
    };
  }, [api, id, onFailure]);

  const reload = useCallback(() => load.current(), []);
  return { open: open?.conversation.id === id ? open : undefined, failure, reload };
}

async function fetchThread(api: Api, id: string): Promise<OpenThread> {
  const [conversation, messages, routes] = await Promise.all([api.conversation(id), api.messages(id), api.routes(id)]);
  return { conversation, messages, routes };
}
