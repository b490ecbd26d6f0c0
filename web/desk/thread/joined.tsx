import type { Api } from "../api/api.ts";
import type { Conversation } from "../api/types.ts";
import { useFetched } from "../parts/use-fetched.ts";
import { routeName } from "../words/addresses.ts";
import { useWords } from "../words/words.tsx";

interface Props {
  api: Api;
  /** closed by a merge: it goes on in the one that lies open */
  joined: Conversation;
  onSelect: (id: string) => void;
}

/** What was asked in a conversation that goes on here stands only there: whoever answers here has to know it. */
export function Joined({ api, joined, onSelect }: Props) {
  const { t } = useWords();
  const { found: last } = useFetched(async () =>
    (await api.messages(joined.id)).findLast(({ direction }) => direction === "in"),
  );
  return (
    <div class="banner is-warning" role="note">
      <div class="joined">
        <p>{t("banner.joined", { address: routeName(joined, t) })}</p>
        {last?.text && (
          <blockquote class="joined-text" dir="auto">
            {last.text}
          </blockquote>
        )}
      </div>
      <button type="button" class="quiet" onClick={() => onSelect(joined.id)}>
        {t("banner.look")}
      </button>
    </div>
  );
}
