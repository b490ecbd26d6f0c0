import { useLayoutEffect, useRef } from "preact/hooks";
import type { RouteCapabilities } from "../api/types.ts";
import { useWords } from "../words/words.tsx";

interface Props {
  answers: string[];
  limits: NonNullable<RouteCapabilities["quickReplies"]>;
  isBusy: boolean;
  onChange: (answers: string[]) => void;
}

/** Answers that the customer can choose from, in place of typing one. */
export function QuickReplies({ answers, limits, isBusy, onChange }: Props) {
  const { t } = useWords();
  const list = useRef<HTMLUListElement>(null);
  const count = useRef(answers.length);
  useLayoutEffect(() => {
    const inputs = list.current?.querySelectorAll("input") ?? [];
    if (answers.length !== count.current) inputs[inputs.length - 1]?.focus();
    count.current = answers.length;
  }, [answers.length]);
  if (answers.length === 0) return null;
  return (
    <fieldset class="quick-replies" disabled={isBusy}>
      <legend>{t("answers.title")}</legend>
      <ul ref={list}>
        {answers.map((answer, position) => (
          <li key={position}>
            <input
              value={answer}
              dir="auto"
              maxLength={limits.maxCharacters}
              aria-label={t("answers.one", { position: position + 1 })}
              onInput={(event) => onChange(answers.with(position, event.currentTarget.value))}
            />
            <button
              type="button"
              class="quiet icon"
              aria-label={t("answers.remove", { position: position + 1 })}
              onClick={() => onChange(answers.toSpliced(position, 1))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      {answers.length < limits.maxCount && (
        <button type="button" class="quiet" onClick={() => onChange([...answers, ""])}>
          {t("answers.add")}
        </button>
      )}
    </fieldset>
  );
}
