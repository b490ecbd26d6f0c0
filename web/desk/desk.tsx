import { useMemo, useRef, useState } from "preact/hooks";
import type { Offer, PresenceStatus } from "./api/types.ts";
import { Bar } from "./bar/bar.tsx";
import { draftShelf } from "./compose/draft-shelf.ts";
import { Drafts } from "./compose/drafts.ts";
import { CustomerPanel } from "./customer/customer.tsx";
import { Join } from "./customer/join.tsx";
import { ConversationList } from "./list/conversation-list.tsx";
import { ParkedSends } from "./operate/parked-sends.tsx";
import { Failure } from "./parts/failure.tsx";
import { useShortcuts } from "./parts/shortcuts.ts";
import type { Preferences } from "./preferences.ts";
import type { Session } from "./session.ts";
import { isOperator } from "./state/lists.ts";
import { useDesk } from "./state/use-desk.ts";
import { useTitle, useUnread } from "./state/use-unread.ts";
import { Thread } from "./thread/thread.tsx";
import { explain } from "./words/refusals.ts";
import { useWords } from "./words/words.tsx";

interface Props {
  session: Session;
  preferences: Preferences;
  onPreferences: (change: Partial<Preferences>) => void;
}

/** The agent's page: queues and conversations, one of them open, and its customer beside it. */
export function Desk({ session, preferences, onPreferences }: Props) {
  const desk = useDesk(session);
  const { lists, thread, selectedId, select } = desk;
  const { t } = useWords();
  const unread = useUnread(lists?.own, thread.open?.conversation, selectedId);
  const drafts = useDrafts(session);
  const list = useRef<HTMLElement>(null);
  const isAgent = session.groups.includes("agent");
  const [isParkedShown, showParked] = useState(false);

  useTitle(t("desk.title"), unread.size);
  useListKeys(list);
  const { setPresence, answer, signOut } = actionsOf({ session, desk, drafts }, list);
  return (
    <div class={`desk ${selectedId ? "has-selection" : ""}`}>
      <Bar
        {...{ session, preferences, onPreferences }}
        agent={lists?.agent}
        isLive={desk.hasEnded ? undefined : desk.isLive}
        onPresence={(status, reason) => void setPresence(status, reason)}
        onParked={isOperator(session) ? () => showParked(true) : undefined}
        parked={lists?.parked}
        onSignOut={() => void signOut()}
      />
      {isParkedShown && (
        <ParkedSends
          api={desk.api}
          onChange={() => void desk.reload()}
          onSelect={select}
          onClose={() => showParked(false)}
        />
      )}
      <Trouble hasEnded={desk.hasEnded} problem={desk.problem} />
      <ConversationList
        {...{ lists, isAgent, selectedId, unread }}
        api={desk.api}
        place={list}
        choice={desk.choice}
        onChoose={desk.choose}
        onSelect={select}
        onAnswer={(offer, choice) => void answer(offer, choice)}
        onAvailable={() => void setPresence("available")}
      />
      {thread.open ? (
        <OpenConversation key={thread.open.conversation.id} {...{ session, desk, drafts }} />
      ) : (
        <main class="main">
          <Nothing failure={thread.failure} isLoading={selectedId !== undefined} onBack={() => select(undefined)} />
        </main>
      )}
    </div>
  );
}

function useDrafts({ userId }: Session): Drafts {
  return useMemo(() => {
    const shelf = draftShelf(userId, () => sessionStorage);
    return new Drafts(() => crypto.randomUUID(), shelf);
  }, [userId]);
}

/** What agents do that concerns no open conversation. */
function actionsOf({ session, desk, drafts }: OpenProps, list: { current: HTMLElement | null }) {
  const { api, attempt, select } = desk;
  const setPresence = (status: PresenceStatus, reason?: string) => attempt(() => api.setPresence(status, reason));
  return {
    setPresence,
    async answer(offer: Offer, choice: "accept" | "reject"): Promise<void> {
      const wasTaken = await attempt(() => api.answerOffer(offer.id, choice));
      if (choice === "accept" && wasTaken) select(offer.conversationId);
      else list.current?.focus();
    },
    /** Nothing is assigned to an empty desk: whoever leaves goes offline first. */
    async signOut(): Promise<void> {
      if (session.groups.includes("agent") && !(await setPresence("offline"))) return;
      drafts.clear();
      location.assign(session.signOutUrl);
    },
  };
}

/** Keys that lead through the lines of the list. */
function useListKeys(list: { current: HTMLElement | null }): void {
  const step = (by: number) => (): void => {
    const lines = Array.from(list.current?.querySelectorAll<HTMLElement>(".line") ?? []);
    const at = lines.findIndex((line) => line.hasAttribute("aria-current"));
    const next = lines[at === -1 ? 0 : at + by];
    next?.click();
  };
  useShortcuts({
    search: () => list.current?.querySelector<HTMLElement>("input[type=search]")?.focus(),
    next: step(1),
    previous: step(-1),
  });
}

interface OpenProps {
  session: Session;
  desk: ReturnType<typeof useDesk>;
  drafts: Drafts;
}

/** The conversation that lies open, with its customer beside it. */
function OpenConversation({ session, desk, drafts }: OpenProps) {
  const { api, about, select, reload } = desk;
  const thread = desk.thread.open!;
  const { agentId, status } = thread.conversation;
  const isSupervisor = !session.groups.includes("agent");
  const [isCustomerShown, showCustomer] = useState(false);
  const [merging, setMerging] = useState<{ relatedId?: string }>();
  const panel = useRef<HTMLDivElement>(null);
  const openCustomer = (): void => {
    showCustomer(true);
    // Where there is no room beside the conversation, the panel appears only now.
    requestAnimationFrame(() => panel.current?.querySelector<HTMLElement>("h2")?.focus());
  };
  useShortcuts({ customer: openCustomer });
  return (
    <>
      <main class="main">
        <Thread
          {...{ api, drafts, thread, isSupervisor }}
          about={about.about}
          company={desk.company}
          agent={desk.lists?.agent}
          userId={session.userId}
          onTyping={desk.onTyping}
          onChange={reload}
          onBack={() => select(undefined)}
          onSelect={select}
          onCustomer={openCustomer}
          onJoin={(relatedId) => setMerging({ relatedId })}
        />
      </main>
      <div class={`beside ${isCustomerShown ? "is-shown" : ""}`} ref={panel}>
        <CustomerPanel
          api={api}
          conversation={thread.conversation}
          about={about.about}
          failure={about.failure}
          isAdmin={session.groups.includes("admin")}
          canTag={isSupervisor || (agentId === session.userId && status === "assigned")}
          onChange={reload}
          onSelect={(id) => {
            showCustomer(false);
            select(id);
          }}
          onMerge={() => setMerging({})}
          onClose={() => showCustomer(false)}
        />
      </div>
      {merging && about.about && (
        <Join {...{ api, ...merging, ...about.about }} onJoined={reload} onClose={() => setMerging(undefined)} />
      )}
    </>
  );
}

function Trouble({ hasEnded, problem }: { hasEnded: boolean; problem: unknown }) {
  const { t } = useWords();
  if (!hasEnded) return <Failure error={problem} />;
  return (
    <p class="failure" role="alert">
      {t("sign-in.ended")}{" "}
      <button type="button" onClick={() => location.reload()}>
        {t("sign-in.again")}
      </button>
    </p>
  );
}

function Nothing({ failure, isLoading, onBack }: { failure: unknown; isLoading: boolean; onBack: () => void }) {
  const { t } = useWords();
  if (!isLoading) return <p class="notice">{t("thread.none")}</p>;
  return (
    <div class="notice">
      <p>{failure === undefined ? t("loading") : explain(failure, t)}</p>
      {failure !== undefined && (
        <button type="button" class="quiet" onClick={onBack}>
          {t("thread.back-to-list")}
        </button>
      )}
    </div>
  );
}
