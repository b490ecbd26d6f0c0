import type { Api } from "../api/api.ts";
import type { Conversation } from "../api/types.ts";
import type { About } from "../state/use-customer.ts";
import { useWords } from "../words/words.tsx";
import type { Actions } from "./head.tsx";
import { Joined } from "./joined.tsx";

interface Props {
  api: Api;
  conversation: Conversation;
  about: About | undefined;
  actions: Actions;
  onSelect: (id: string) => void;
  /** joins this customer with that of another conversation */
  onJoin: (conversationId: string) => void;
}

/** What an agent must know of a conversation before they answer. */
export function Banners({ api, conversation, about, actions, onSelect, onJoin }: Props) {
  const { t, momentOf } = useWords();
  const { id, gap, unsent, relatesTo, continuedIn, status, snoozedUntil } = conversation;
  const history = status === "resolved" ? [] : (about?.history ?? []);
  const joined = history.filter((other) => other.continuedIn === id);
  return (
    <>
      {gap && (
        <p class="banner is-bad" role="note">
          {t("banner.gap")}
        </p>
      )}
      {unsent && (
        <p class="banner is-bad" role="note">
          {t("banner.unsent")}
        </p>
      )}
      {relatesTo && (
        <div class="banner is-warning" role="note">
          <p>{t("banner.relates")}</p>
          <div class="actions">
            <button type="button" class="quiet" onClick={() => onSelect(relatesTo)}>
              {t("banner.look")}
            </button>
            <button type="button" class="quiet" onClick={() => onJoin(relatesTo)}>
              {t("join.open")}
            </button>
          </div>
        </div>
      )}
      {continuedIn && (
        <div class="banner is-warning" role="note">
          <p>{t("banner.continued")}</p>
          <button type="button" class="quiet" onClick={() => onSelect(continuedIn)}>
            {t("banner.go-on")}
          </button>
        </div>
      )}
      {joined.map((other) => (
        <Joined key={other.id} api={api} joined={other} onSelect={onSelect} />
      ))}
      {status === "snoozed" && snoozedUntil && (
        <div class="banner" role="note">
          <p>{t("banner.snoozed", { time: momentOf(snoozedUntil) })}</p>
          {actions.wake && (
            <button type="button" class="quiet" onClick={actions.wake}>
              {t("snooze.end")}
            </button>
          )}
        </div>
      )}
    </>
  );
}
