import { useMemo, useRef } from "preact/hooks";
import type { Offer, PresenceStatus } from "./api.ts";
import { Bar } from "./bar.tsx";
import { ConversationList } from "./conversation-list.tsx";
import { Drafts } from "./drafts.ts";
import type { Session } from "./session.ts";
import { Thread } from "./thread.tsx";
import { useDesk } from "./use-desk.ts";
import { useTitle, useUnread } from "./use-unread.ts";

/** The agent's page: what they hold and what waits in their queues, one conversation open beside it. */
export function Desk({ session }: { session: Session }) {
  const desk = useDesk(session);
  const { api, lists, thread, selectedId, select, attempt } = desk;
  const drafts = useMemo(() => new Drafts(() => crypto.randomUUID()), []);
  const unread = useUnread(lists?.own ?? [], thread.open?.conversation, selectedId);
  const list = useRef<HTMLElement>(null);
  const isAgent = session.groups.includes("agent");

  useTitle(unread.size);
  const setPresence = (status: PresenceStatus) => attempt(() => api.setPresence(status));
  const answer = async (offer: Offer, choice: "accept" | "reject") => {
    const wasTaken = await attempt(() => api.answerOffer(offer.id, choice));
    if (choice === "accept" && wasTaken) select(offer.conversationId);
    else list.current?.focus();
  };

  /** Nothing is assigned to an empty desk: whoever leaves goes offline first. */
  const signOut = async () => {
    if (!isAgent || (await setPresence("offline"))) location.assign(session.signOutUrl);
  };

  return (
    <div class={`desk ${selectedId ? "has-selection" : ""}`}>
      <Bar
        session={session}
        agent={lists?.agent}
        isLive={desk.isLive}
        onPresence={(status) => void setPresence(status)}
        onSignOut={() => void signOut()}
      />
      <Trouble hasEnded={desk.hasEnded} problem={desk.problem} />
      <ConversationList
        place={list}
        lists={lists}
        isAgent={isAgent}
        selectedId={selectedId}
        unread={unread}
        onSelect={select}
        onAnswer={(offer, choice) => void answer(offer, choice)}
        onPresence={(status) => void setPresence(status)}
      />
      <main class="main">
        {thread.open ? (
          <Thread
            key={thread.open.conversation.id}
            api={api}
            drafts={drafts}
            thread={thread.open}
            userId={session.userId}
            isSupervisor={!isAgent}
            onChange={desk.reload}
            onBack={() => select(undefined)}
          />
        ) : (
          <Nothing failure={thread.failure} isLoading={selectedId !== undefined} onBack={() => select(undefined)} />
        )}
      </main>
    </div>
  );
}

function Trouble({ hasEnded, problem }: { hasEnded: boolean; problem: string }) {
  if (!hasEnded && !problem) return null;
  return (
    <p class="failure" role="alert">
      {hasEnded ? "Your sign-in has ended. " : problem}
      {hasEnded && (
        <button type="button" onClick={() => location.reload()}>
          Sign in again
        </button>
      )}
    </p>
  );
}

function Nothing({ failure, isLoading, onBack }: { failure: string; isLoading: boolean; onBack: () => void }) {
  if (!isLoading) return <p class="notice">Choose a conversation to read and answer it here.</p>;
  return (
    <div class="notice">
      <p>{failure || "Loading …"}</p>
      {failure && (
        <button type="button" class="quiet" onClick={onBack}>
          Back to the list
        </button>
      )}
    </div>
  );
}
