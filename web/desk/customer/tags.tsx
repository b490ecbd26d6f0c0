import { useState } from "preact/hooks";
import { Failure } from "../parts/failure.tsx";
import { useWork } from "../parts/use-work.ts";
import { useWords } from "../words/words.tsx";

interface Props {
  tags: string[];
  canChange: boolean;
  onChange: (tags: string[]) => Promise<unknown>;
}

/** What a conversation is filed under. */
export function Tags({ tags, canChange, onChange }: Props) {
  const { t } = useWords();
  const [text, setText] = useState("");
  const { isBusy, failure, run } = useWork();
  if (!canChange) return null;
  const add = (): void => {
    const tag = text.trim();
    setText("");
    if (tag !== "" && !tags.includes(tag)) void run(() => onChange([...tags, tag]));
  };
  return (
    <section class="card" aria-label={t("tags.title")}>
      <h3>{t("tags.title")}</h3>
      {tags.length > 0 && (
        <ul class="tags">
          {tags.map((tag) => (
            <li key={tag} class="tag">
              <span>{tag}</span>
              <button
                type="button"
                class="tag-remove"
                disabled={isBusy}
                aria-label={t("tags.remove", { tag })}
                onClick={() => void run(() => onChange(tags.filter((each) => each !== tag)))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <input
          name="tag"
          value={text}
          aria-label={t("tags.add")}
          placeholder={t("tags.add")}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </form>
      <Failure error={failure} />
    </section>
  );
}
