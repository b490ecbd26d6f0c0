import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { createApi, type Agent, type Conversation, type Message, type PresenceStatus } from "./api.ts";
import { ConversationList } from "./conversation-list.tsx";
import { stayLive } from "./live.ts";
import { Presence } from "./presence.tsx";
import type { Session } from "./session.ts";
import { Thread } from "./thread.tsx";

interface Offer {
  id: string;
  conversationId: string;
}

/** The agent's page: what they hold and what waits in their queues, one conversation open beside it. */
export function Desk({ session }: { session: Session }) {
  const api = useMemo(() => createApi(session), [session]);
  const [agent, setAgent] = useState<Agent>();
  const [conversations, setConversations] = useState<Conversation[]>([]);
  const [offers, setOffers] = useState<Offer[]>([]);
  const [selectedId, setSelectedId] = useState<string>();
  const [open, setOpen] = useState<{ conversation: Conversation; messages: Message[] }>();
  const [live, setLive] = useState(false);
  const [failure, setFailure] = useState("");
  const selected = useRef<string | undefined>(undefined);
  const isAgent = session.groups.includes("agent");

  const refresh = useCallback(async () => {
    try {
      const [list, offered, own] = await Promise.all([
        api.conversations(),
        api.offers(),
        isAgent ? api.agent() : undefined,
      ]);
      setConversations(list.items);
      setOffers(offered.items);
      if (own) setAgent(own);
      const id = selected.current;
      if (id) {
        const [conversation, messages] = await Promise.all([api.conversation(id), api.messages(id)]);
        if (selected.current === id) setOpen({ conversation, messages: messages.items });
      }
      setFailure("");
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  }, [api, isAgent]);

  useEffect(() => {
    void refresh();
    return stayLive(api, () => void refresh(), setLive);
  }, [api, refresh]);

  const select = (id: string | undefined) => {
    selected.current = id;
    setSelectedId(id);
    setOpen(undefined);
    void refresh();
  };

  const setPresence = async (status: PresenceStatus) => {
    try {
      setAgent(await api.setPresence(status));
      await refresh();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };

  const answer = async (offer: Offer, choice: "accept" | "reject") => {
    await api.answerOffer(offer.id, choice).catch((error: unknown) => setFailure(String(error)));
    await refresh();
  };

  return (
    <div class={`desk ${selectedId ? "has-selection" : ""}`}>
      <header class="bar">
        <h1>Desk</h1>
        <span class={`live ${live ? "is-live" : ""}`} role="status">
          {live ? "live" : "connecting …"}
        </span>
        <span class="who">{agent?.name ?? session.userId}</span>
        {isAgent && <Presence status={agent?.status ?? "offline"} onChange={(status) => void setPresence(status)} />}
      </header>
      {failure && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
      <ConversationList
        conversations={conversations}
        offers={offers}
        selectedId={selectedId}
        userId={session.userId}
        onSelect={select}
        onAnswer={(offer, choice) => void answer(offer, choice)}
      />
      <main class="main">
        {open ? (
          <Thread
            key={open.conversation.id}
            api={api}
            conversation={open.conversation}
            messages={open.messages}
            isHolder={open.conversation.agentId === session.userId}
            onChange={() => void refresh()}
            onBack={() => select(undefined)}
          />
        ) : (
          <p class="notice">{selectedId ? "Loading …" : "Choose a conversation."}</p>
        )}
      </main>
    </div>
  );
}
