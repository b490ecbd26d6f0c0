import type { Conversation } from "../api/types.ts";
import { Address } from "../parts/address.tsx";
import { rovingIndex } from "../parts/roving.ts";
import { channelName, pressingName } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";

interface Props {
  conversation: Conversation;
  isSelected: boolean;
  /** where Tab enters the list */
  isStop: boolean;
  isUnread?: boolean;
  /** named where it is somebody else */
  holder?: string | null;
  /** where a search found it */
  excerpt?: string;
  onSelect: (id: string) => void;
}

/** One conversation in a list. */
export function Line({ conversation, isSelected, isStop, isUnread = false, holder, excerpt, onSelect }: Props) {
  const { t, timeOf, languageName } = useWords();
  const { id, subject, channel, language, lastMessageAt, gap, unsent, priority, snoozedUntil, customerName } =
    conversation;
  const pressing = pressingName(priority, t);
  const facts = [channelName(channel, t), languageName(language)];
  if (holder) facts.push(holder);
  if (snoozedUntil) facts.push(t("list.until", { time: timeOf(snoozedUntil) }));
  return (
    <li>
      <button
        type="button"
        class={`line ${isUnread ? "is-unread" : ""}`}
        aria-current={isSelected ? "true" : undefined}
        data-conversation={id}
        onClick={() => onSelect(id)}
        {...rovingIndex(isStop)}
      >
        <span class="line-subject" dir="auto">
          {subject || t("conversation.no-text")}
        </span>
        <time dateTime={lastMessageAt}>{timeOf(lastMessageAt)}</time>
        <span class="line-address">
          {customerName && <bdi class="line-customer">{customerName}</bdi>}
          <Address at={conversation} />
        </span>
        {excerpt && (
          <span class="line-excerpt" dir="auto">
            {excerpt}
          </span>
        )}
        <span class="line-facts">
          {isUnread && <b class="badge">{t("list.new")}</b>}
          {pressing && <b class="badge is-urgent">{pressing}</b>}
          {gap && <b class="badge is-urgent">{t("list.parked")}</b>}
          {unsent && <b class="badge is-urgent">{t("list.unsent")}</b>}
          {facts.join(" · ")}
        </span>
      </button>
    </li>
  );
}
