import type { Conversation } from "./api.ts";
import { timeOf } from "./time.ts";

interface Offer {
  id: string;
  conversationId: string;
}

interface Props {
  conversations: Conversation[];
  offers: Offer[];
  selectedId: string | undefined;
  userId: string;
  onSelect: (id: string) => void;
  onAnswer: (offer: Offer, choice: "accept" | "reject") => void;
}

export function ConversationList({ conversations, offers, selectedId, userId, onSelect, onAnswer }: Props) {
  const own = conversations.filter((item) => item.agentId === userId && item.status === "assigned");
  const waiting = conversations.filter((item) => item.status === "waiting");
  const others = conversations.filter((item) => !own.includes(item) && !waiting.includes(item));
  const line = (item: Conversation) => (
    <Line key={item.id} conversation={item} isSelected={item.id === selectedId} onSelect={onSelect} />
  );
  return (
    <nav class="list" aria-label="Conversations">
      {offers.map((offer) => (
        <section class="offer" key={offer.id} aria-label="Offer">
          <p>
            {conversations.find((item) => item.id === offer.conversationId)?.subject ?? "A conversation"} is offered to
            you.
          </p>
          <button type="button" onClick={() => onAnswer(offer, "accept")}>
            Accept
          </button>
          <button type="button" class="quiet" onClick={() => onAnswer(offer, "reject")}>
            Reject
          </button>
        </section>
      ))}
      <Section title="Yours" empty="Nothing is assigned to you." lines={own.map(line)} />
      <Section title="Waiting" empty="Nobody waits." lines={waiting.map(line)} />
      {others.length > 0 && <Section title="With others" empty="" lines={others.map(line)} />}
    </nav>
  );
}

function Section({ title, empty, lines }: { title: string; empty: string; lines: preact.JSX.Element[] }) {
  return (
    <section>
      <h2>
        {title} <span class="count">{lines.length}</span>
      </h2>
      {lines.length > 0 ? <ul>{lines}</ul> : <p class="empty">{empty}</p>}
    </section>
  );
}

function Line(props: { conversation: Conversation; isSelected: boolean; onSelect: (id: string) => void }) {
  const { id, subject, address, channel, language, lastMessageAt, agentId, gap } = props.conversation;
  return (
    <li>
      <button
        type="button"
        class="line"
        aria-current={props.isSelected ? "true" : undefined}
        data-conversation={id}
        onClick={() => props.onSelect(id)}
      >
        <span class="line-subject" dir="auto">
          {subject || "(no text)"}
        </span>
        <time dateTime={lastMessageAt}>{timeOf(lastMessageAt)}</time>
        <span class="line-address">
          {address} · {channel} · {language}
          {agentId ? ` · ${agentId}` : ""}
          {gap ? " · a message is parked" : ""}
        </span>
      </button>
    </li>
  );
}
