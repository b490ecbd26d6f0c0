import type { ComponentChildren, RefObject } from "preact";
import type { Conversation, Offer, PresenceStatus } from "./api.ts";
import { OfferCard } from "./offer-card.tsx";
import { timeOf } from "./time.ts";
import type { Lists } from "./use-desk.ts";
import { channelName, languageName, nothingYet } from "./words.ts";

interface Props {
  place: RefObject<HTMLElement | null>;
  /** undefined until they have been fetched */
  lists: Lists | undefined;
  isAgent: boolean;
  selectedId: string | undefined;
  unread: Set<string>;
  onSelect: (id: string) => void;
  onAnswer: (offer: Offer, choice: "accept" | "reject") => void;
  onPresence: (status: PresenceStatus) => void;
}

/** Offers first, then what the agent holds, then what waits. */
export function ConversationList({ place, lists, isAgent, selectedId, unread, onSelect, onAnswer, onPresence }: Props) {
  const line = (item: Conversation) => (
    <Line
      key={item.id}
      conversation={item}
      isSelected={item.id === selectedId}
      isUnread={unread.has(item.id)}
      holder={isAgent ? null : item.agentId}
      onSelect={onSelect}
    />
  );
  const own = lists?.own.filter(({ status }) => status === "assigned") ?? [];
  return (
    <nav class="list" aria-label="Conversations" tabIndex={-1} ref={place}>
      {lists?.offers.map((offer) => (
        <OfferCard
          key={offer.id}
          offer={offer}
          conversation={lists.own.find(({ id }) => id === offer.conversationId)}
          onAnswer={onAnswer}
        />
      ))}
      {isAgent && (
        <Section title="Yours" lines={own.map(line)}>
          {lists ? nothingYet(lists.agent) : "Loading …"}
          {lists && lists.agent?.status !== "available" && (
            <button type="button" onClick={() => onPresence("available")}>
              Set yourself available
            </button>
          )}
        </Section>
      )}
      <Section title="Waiting" lines={lists?.waiting.map(line) ?? []} hasMore={lists?.hasMoreWaiting}>
        {lists ? "Nobody is waiting." : "Loading …"}
      </Section>
      {!isAgent && (
        <Section title="With agents" lines={lists?.others.map(line) ?? []}>
          {lists ? "No agent holds a conversation." : "Loading …"}
        </Section>
      )}
    </nav>
  );
}

interface SectionProps {
  title: string;
  lines: preact.JSX.Element[];
  hasMore?: boolean;
  /** shown when there are no lines */
  children: ComponentChildren;
}

function Section({ title, lines, hasMore = false, children }: SectionProps) {
  return (
    <section>
      <h2>
        {title}
        <span class="count">
          {lines.length}
          {hasMore && "+"}
        </span>
      </h2>
      {lines.length > 0 ? <ul>{lines}</ul> : <div class="empty">{children}</div>}
    </section>
  );
}

interface LineProps {
  conversation: Conversation;
  isSelected: boolean;
  isUnread: boolean;
  /** named where it is somebody else */
  holder: string | null;
  onSelect: (id: string) => void;
}

function Line({ conversation, isSelected, isUnread, holder, onSelect }: LineProps) {
  const { id, subject, address, channel, language, lastMessageAt, gap, priority } = conversation;
  const isUrgent = priority === "urgent" || priority === "high";
  const facts = [address, channelName(channel), languageName(language)];
  if (holder) facts.push(holder);
  return (
    <li>
      <button
        type="button"
        class={`line ${isUnread ? "is-unread" : ""}`}
        aria-current={isSelected ? "true" : undefined}
        data-conversation={id}
        onClick={() => onSelect(id)}
      >
        <span class="line-subject" dir="auto">
          {subject || "(no text)"}
        </span>
        <time dateTime={lastMessageAt}>{timeOf(lastMessageAt)}</time>
        <span class="line-facts">
          {isUnread && <b class="badge">New</b>}
          {isUrgent && <b class="badge is-urgent">{priority}</b>}
          {gap && <b class="badge is-urgent">message parked</b>}
          {facts.join(" · ")}
        </span>
      </button>
    </li>
  );
}
