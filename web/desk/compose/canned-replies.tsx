import { useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { CannedReply } from "../api/types.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Failure } from "../parts/failure.tsx";
import { rove, rovingIndex } from "../parts/roving.ts";
import { useFetched } from "../parts/use-fetched.ts";
import { useWords } from "../words/words.tsx";
import { fillIn, type Variables } from "./template.ts";

interface Props {
  api: Api;
  /** the customer's: a text in it is preferred */
  language: string;
  variables: Variables;
  onChoose: (text: string) => void;
  onClose: () => void;
}

/** Texts that are ready, as they would read to this customer. */
export function CannedReplies({ api, language, variables, onChoose, onClose }: Props) {
  const { t } = useWords();
  const [filter, setFilter] = useState("");
  const { found, failure } = useFetched(api.cannedReplies);
  const shown = (found ?? [])
    .map((reply) => ({ ...reply, text: fillIn(textIn(language, reply), variables) }))
    .filter(({ title, text }) => `${title} ${text}`.toLowerCase().includes(filter.trim().toLowerCase()));
  return (
    <Dialog title={t("canned.title")} onClose={onClose}>
      <label class="field">
        <span>{t("canned.filter")}</span>
        <input type="search" name="canned" value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />
      </label>
      <Failure error={failure} />
      <ul class="options" onKeyDown={rove}>
        {shown.map(({ id, title, text }, position) => (
          <li key={id}>
            <button
              type="button"
              class="option"
              onClick={() => {
                onClose();
                onChoose(text);
              }}
              {...rovingIndex(position === 0)}
            >
              <b>{title}</b>
              <span class="option-text" dir="auto">
                {text}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && !failure && <p class="hint">{t(found ? "canned.none" : "loading")}</p>}
    </Dialog>
  );
}

/** In the customer's language where there is one, else in the first that it was written in. */
const textIn = (language: string, { text }: CannedReply): string =>
  (Object.hasOwn(text, language) ? text[language] : Object.values(text)[0]) ?? "";
