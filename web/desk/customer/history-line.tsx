import type { Conversation } from "../api/types.ts";
import { rovingIndex } from "../parts/roving.ts";
import { channelName, statusName } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";

interface Props {
  conversation: Conversation;
  isOpen: boolean;
  isStop: boolean;
  onSelect: (id: string) => void;
}

/** One of the customer's conversations. */
export function HistoryLine({ conversation, isOpen, isStop, onSelect }: Props) {
  const { t, timeOf } = useWords();
  const { id, subject, channel, status, openedAt } = conversation;
  return (
    <li>
      <button
        type="button"
        class="option"
        aria-current={isOpen ? "true" : undefined}
        onClick={() => onSelect(id)}
        {...rovingIndex(isStop)}
      >
        <span class="line-subject" dir="auto">
          {subject || t("conversation.no-text")}
        </span>
        <span class="hint">
          <time dateTime={openedAt}>{timeOf(openedAt)}</time> · {channelName(channel, t)} · {statusName(status, t)}
        </span>
      </button>
    </li>
  );
}
