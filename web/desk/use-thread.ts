import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { explain, type Api, type Conversation, type Message } from "./api.ts";
import { inTurn } from "./in-turn.ts";

/** A conversation as it lies open on the desk. */
export interface OpenThread {
  conversation: Conversation;
  messages: Message[];
  /** the customer has stopped messages from the inbox to which they wrote last */
  optedOut: boolean;
}

const nothing = (): Promise<void> => Promise.resolve();

/**
 * Loads the selected conversation. What comes late for one that was selected before is dropped.
 *
 * @param onFailure told of every failed load; one that left nothing to show is in `failure` as well
 */
export function useThread(api: Api, id: string | undefined, onFailure: (error: unknown) => void) {
  const [open, setOpen] = useState<OpenThread>();
  const [failure, setFailure] = useState("");
  const load = useRef(nothing);

  useEffect(() => {
    setOpen(undefined);
    setFailure("");
    if (id === undefined) return;
    let isCurrent = true;
    load.current = inTurn(async () => {
      try {
        const thread = await fetchThread(api, id);
        if (isCurrent) setOpen(thread);
      } catch (error) {
        if (!isCurrent) return;
        setFailure(explain(error));
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
  const found = api.conversation(id);
  const customers = found.then(({ address }) => api.customersAt(address));
  const [conversation, { items }, messages] = await Promise.all([found, customers, api.messages(id)]);
  const { channel, address, inboxId } = conversation;
  const identity = items
    .flatMap(({ identities = [] }) => identities)
    .find((each) => each.channel === channel && each.address === address);
  return { conversation, messages, optedOut: identity?.optedOutOf.includes(inboxId) ?? false };
}
