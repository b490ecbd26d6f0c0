import { useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { Failure } from "../parts/failure.tsx";
import { useWork } from "../parts/use-work.ts";
import { useWords } from "../words/words.tsx";
import { snoozeChoices } from "./snooze-choices.ts";

interface Props {
  onSnooze: (until: string) => Promise<unknown>;
  onClose: () => void;
}

/** Sets a conversation aside until a time, or until the customer writes. */
export function Snooze({ onSnooze, onClose }: Props) {
  const { t, momentOf } = useWords();
  const [at, setAt] = useState("");
  const { isBusy, failure, run } = useWork(onClose);
  return (
    <Dialog title={t("snooze.title")} onClose={onClose}>
      <p class="hint">{t("snooze.hint")}</p>
      <ul class="options">
        {snoozeChoices(new Date()).map(({ key, until }) => (
          <li key={key}>
            <button type="button" class="option" disabled={isBusy} onClick={() => void run(() => onSnooze(until))}>
              <span>{t(key)}</span>
              <span class="hint">{momentOf(until)}</span>
            </button>
          </li>
        ))}
      </ul>
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          void run(() => onSnooze(new Date(at).toISOString()));
        }}
      >
        <label class="field">
          <span>{t("snooze.at")}</span>
          <input
            type="datetime-local"
            name="until"
            required
            value={at}
            onInput={(event) => setAt(event.currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={isBusy || at === ""}>
          {t("snooze.do")}
        </button>
      </form>
      <Failure error={failure} />
    </Dialog>
  );
}
