import type { ComponentChildren, RefObject } from "preact";
import { useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Conversation, Offer } from "../api/types.ts";
import { rove } from "../parts/roving.ts";
import type { Choice, Lists, Section as ListSection } from "../state/lists.ts";
import { nothingYet } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";
import { Line } from "./line.tsx";
import { OfferCard } from "./offer-card.tsx";
import { Queues } from "./queues.tsx";
import { Search } from "./search.tsx";
import { Views } from "./views.tsx";

interface Props {
  api: Api;
  place: RefObject<HTMLElement | null>;
  /** undefined until they have been fetched */
  lists: Lists | undefined;
  choice: Choice;
  isAgent: boolean;
  selectedId: string | undefined;
  unread: Set<string>;
  onChoose: (change: Partial<Choice>) => void;
  onSelect: (id: string) => void;
  onAnswer: (offer: Offer, choice: "accept" | "reject") => void;
  onAvailable: () => void;
}

/** Search, queues and views; offers first, then what the agent holds, then what waits. */
export function ConversationList(props: Props) {
  const { api, place, lists, choice, selectedId, onChoose, onSelect } = props;
  const { t } = useWords();
  const [query, setQuery] = useState("");
  return (
    <nav class="list" aria-label={t("list.title")} tabIndex={-1} ref={place}>
      <Search api={api} query={query} selectedId={selectedId} onQuery={setQuery} onSelect={onSelect} />
      {query.trim() === "" && (
        <>
          {lists?.offers.map((offer) => (
            <OfferCard
              key={offer.id}
              offer={offer}
              conversation={lists.own.find(({ id }) => id === offer.conversationId)}
              onAnswer={props.onAnswer}
            />
          ))}
          {lists && (
            <Queues
              queues={lists.queues}
              isOpen={!props.isAgent}
              chosenId={choice.queueId}
              onChoose={(queueId) => onChoose({ queueId })}
            />
          )}
          <Views chosen={choice.view} onChoose={(view) => onChoose({ view })} />
          <Sections {...props} />
        </>
      )}
    </nav>
  );
}

const noSection: ListSection = { items: [], hasMore: false };

function Sections({ lists, choice, isAgent, selectedId, unread, onChoose, onSelect, onAvailable }: Props) {
  const { t } = useWords();
  const own = choice.view === "open" ? (lists?.own.filter(({ status }) => status === "assigned") ?? []) : [];
  const { shown, others } = lists ?? { shown: noSection, others: noSection };
  const all = [...own, ...shown.items, ...others.items];
  const stop = all.some(({ id }) => id === selectedId) ? selectedId : all[0]?.id;
  const line = (item: Conversation) => (
    <Line
      key={item.id}
      conversation={item}
      isSelected={item.id === selectedId}
      isStop={item.id === stop}
      isUnread={unread.has(item.id)}
      holder={isAgent && choice.view === "open" ? null : item.agentId}
      onSelect={onSelect}
    />
  );
  const more = (section: ListSection) =>
    section.hasMore && (
      <button type="button" class="quiet more" onClick={() => onChoose({ pages: choice.pages + 1 })}>
        {t("list.more")}
      </button>
    );
  return (
    <div onKeyDown={rove}>
      {isAgent && choice.view === "open" && (
        <Section title={t("list.yours")} lines={own.map(line)} isLoading={!lists}>
          {nothingYet(lists?.agent, t)}
          {lists?.agent?.status !== "available" && (
            <button type="button" onClick={onAvailable}>
              {t("list.become-available")}
            </button>
          )}
        </Section>
      )}
      <Section
        title={choice.queueId ?? t(sectionTitles[choice.view])}
        lines={shown.items.map(line)}
        isLoading={!lists}
        more={more(shown)}
      >
        {t(nobodyHere[choice.view])}
      </Section>
      {!isAgent && choice.view === "open" && (
        <Section title={t("list.others")} lines={others.items.map(line)} isLoading={!lists} more={more(others)}>
          {t("list.no-others")}
        </Section>
      )}
    </div>
  );
}

const sectionTitles = { open: "list.waiting", snoozed: "list.snoozed", resolved: "list.resolved" } as const;
const nobodyHere = { open: "list.no-waiting", snoozed: "list.no-snoozed", resolved: "list.no-resolved" } as const;

interface SectionProps {
  title: string;
  lines: preact.JSX.Element[];
  isLoading: boolean;
  more?: ComponentChildren;
  /** shown when there are no lines */
  children: ComponentChildren;
}

function Section({ title, lines, isLoading, more, children }: SectionProps) {
  const { t } = useWords();
  return (
    <section class="section">
      <h2>
        {title}
        <span class="count">
          {lines.length}
          {more && "+"}
        </span>
      </h2>
      {lines.length > 0 ? <ul>{lines}</ul> : <div class="empty">{isLoading ? t("loading") : children}</div>}
      {more}
    </section>
  );
}
