import { useEffect, useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Conversation } from "../api/types.ts";
import { Failure } from "../parts/failure.tsx";
import { rove } from "../parts/roving.ts";
import type { About } from "../state/use-customer.ts";
import { useWords } from "../words/words.tsx";
import { HistoryLine } from "./history-line.tsx";

interface Props {
  api: Api;
  about: About;
  /** the conversation that lies open */
  openId: string;
  onSelect: (id: string) => void;
}

/** Everything that the customer has asked for, on all channels. */
export function History({ api, about, openId, onSelect }: Props) {
  const { t } = useWords();
  const { items, hasMore, failure, readOn } = useOlder(api, about);
  return (
    <section class="card">
      <h3>{t("customer.history", { count: items.length })}</h3>
      <ul class="history" onKeyDown={rove}>
        {items.map((conversation, position) => (
          <HistoryLine
            key={conversation.id}
            conversation={conversation}
            isOpen={conversation.id === openId}
            isStop={position === 0}
            onSelect={onSelect}
          />
        ))}
      </ul>
      <Failure error={failure} />
      {hasMore && (
        <button type="button" class="quiet more" onClick={() => void readOn()}>
          {t("list.more")}
        </button>
      )}
    </section>
  );
}

/** The first page as it is kept current, and behind it what was asked for of older ones. */
function useOlder(api: Api, { customer, history, cursor: first }: About) {
  const [older, setOlder] = useState<Conversation[]>([]);
  const [cursor, setCursor] = useState(first);
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    setOlder([]);
    setCursor(first);
  }, [customer.id, first]);
  const readOn = async (): Promise<void> => {
    setFailure(undefined);
    try {
      const page = await api.history(customer.id, cursor);
      setOlder((before) => [...before, ...page.items]);
      setCursor(page.cursor);
    } catch (error) {
      setFailure(error);
    }
  };
  const known = new Set(history.map(({ id }) => id));
  const items = [...history, ...older.filter(({ id }) => !known.has(id))];
  return { items, hasMore: cursor !== undefined, failure, readOn };
}
