import type { View } from "../state/lists.ts";
import { useWords } from "../words/words.tsx";

const views = [
  ["open", "view.open"],
  ["snoozed", "view.snoozed"],
  ["resolved", "view.resolved"],
] as const;

/** Which conversations the list shows. */
export function Views({ chosen, onChoose }: { chosen: View; onChoose: (view: View) => void }) {
  const { t } = useWords();
  return (
    <div class="choices" role="group" aria-label={t("view.label")}>
      {views.map(([view, key]) => (
        <button key={view} type="button" class="choice" aria-pressed={view === chosen} onClick={() => onChoose(view)}>
          {t(key)}
        </button>
      ))}
    </div>
  );
}
