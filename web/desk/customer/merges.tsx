import type { Api } from "../api/api.ts";
import type { Merge } from "../api/types.ts";
import { Failure } from "../parts/failure.tsx";
import { useWork } from "../parts/use-work.ts";
import { useWords } from "../words/words.tsx";

interface Props {
  api: Api;
  merges: Merge[];
  /** only admins part customers again */
  isAdmin: boolean;
  onChange: () => Promise<void>;
}

/** Who was joined to this customer, by whom, and the way back. */
export function Merges({ api, merges, isAdmin, onChange }: Props) {
  const { t, momentOf } = useWords();
  const { isBusy, failure, run } = useWork();
  if (merges.length === 0) return null;
  return (
    <section class="card">
      <h3>{t("merges.title")}</h3>
      <ul class="merges">
        {merges.map(({ id, at, evidence, undoneAt }) => (
          <li key={id}>
            <span>{t("merges.by", { who: evidence.by ?? evidence.kind, time: momentOf(at) })}</span>
            {undoneAt && <span class="hint">{t("merges.undone", { time: momentOf(undoneAt) })}</span>}
            {!undoneAt && isAdmin && (
              <button
                type="button"
                class="quiet"
                disabled={isBusy}
                onClick={() => void run(() => api.undoMerge(id).then(onChange))}
              >
                {t("merges.undo")}
              </button>
            )}
          </li>
        ))}
      </ul>
      <Failure error={failure} />
    </section>
  );
}
