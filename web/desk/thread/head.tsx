import type { RefObject } from "preact";
import type { Conversation } from "../api/types.ts";
import { Address } from "../parts/address.tsx";
import type { Company } from "../state/use-company.ts";
import { addressName } from "../words/addresses.ts";
import { channelName, holding } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";

/** What may be done with a conversation, by its name; absent what may not. */
export interface Actions {
  resolve?: () => void;
  transfer?: () => void;
  snooze?: () => void;
  wake?: () => void;
  reopen?: () => void;
}

interface Props {
  conversation: Conversation;
  company: Company;
  userId: string;
  title: RefObject<HTMLHeadingElement | null>;
  actions: Actions;
  onBack: () => void;
  onCustomer: () => void;
}

/** What a conversation is about, who has it and who looks at it, and what can be done with it. */
export function Head({ conversation, company, userId, title, actions, onBack, onCustomer }: Props) {
  const { t } = useWords();
  return (
    <header class="thread-head">
      <button type="button" class="back quiet" onClick={onBack}>
        <span aria-hidden="true">←</span> {t("thread.back")}
      </button>
      <div class="thread-title">
        <h2 dir="auto" tabIndex={-1} ref={title}>
          {conversation.subject || addressName(conversation, t)}
        </h2>
        <Facts conversation={conversation} userId={userId} />
        <Viewers company={company} />
      </div>
      <div class="thread-actions">
        <button type="button" class="quiet customer-button" onClick={onCustomer}>
          {t("customer.title")}
        </button>
        {actions.transfer && (
          <button type="button" class="quiet" aria-keyshortcuts="t" onClick={actions.transfer}>
            {t("transfer.open")}
          </button>
        )}
        {actions.snooze && (
          <button type="button" class="quiet" aria-keyshortcuts="s" onClick={actions.snooze}>
            {t("snooze.open")}
          </button>
        )}
        {actions.resolve && (
          <button type="button" aria-keyshortcuts="e" onClick={actions.resolve}>
            {t("thread.resolve")}
          </button>
        )}
      </div>
    </header>
  );
}

function Facts({ conversation, userId }: { conversation: Conversation; userId: string }) {
  const words = useWords();
  const { channel, language, queueId, tags, customerName } = conversation;
  return (
    <ul class="facts">
      <li>
        {customerName && <bdi class="customer-name">{customerName}</bdi>} <Address at={conversation} />
      </li>
      <li class={`channel is-${channel}`}>{channelName(channel, words.t)}</li>
      <li>{words.languageName(language)}</li>
      <li>{queueId}</li>
      <li class="holding">{holding(conversation, userId, words)}</li>
      {tags.map((tag) => (
        <li key={tag} class="tag">
          {tag}
        </li>
      ))}
    </ul>
  );
}

/** A second answer to the same question helps nobody. */
function Viewers({ company: { viewers } }: { company: Company }) {
  const { t, list } = useWords();
  const typing = viewers.filter((viewer) => viewer.typing).map(({ agentId }) => agentId);
  const looking = viewers.filter((viewer) => !viewer.typing).map(({ agentId }) => agentId);
  return (
    <p class="viewers" role="status">
      {typing.length > 0 && <b>{t("viewers.typing", { count: typing.length, agents: list(typing) })}</b>}{" "}
      {looking.length > 0 && t("viewers.looking", { count: looking.length, agents: list(looking) })}
    </p>
  );
}
