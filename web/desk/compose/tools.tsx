import { useRef } from "preact/hooks";
import type { RouteCapabilities } from "../api/types.ts";
import { useWords } from "../words/words.tsx";
import type { DraftKind } from "./drafts.ts";

interface Props {
  kind: DraftKind;
  canSend: boolean;
  /** what the route takes beside text; absent for what stays inside */
  takes: RouteCapabilities | undefined;
  hasAnswers: boolean;
  isBusy: boolean;
  onCanned: () => void;
  onTemplates: () => void;
  onFiles: (files: File[]) => void;
  onAnswers: () => void;
}

/** What can be put into a message beside what is typed, and the button that sends it. */
export function Tools({ kind, canSend, takes, hasAnswers, isBusy, ...on }: Props) {
  const { t } = useWords();
  const isNote = kind === "note";
  return (
    <div class="actions">
      <button type="button" class="quiet tool" onClick={on.onCanned}>
        {t("canned.open")}
      </button>
      {takes?.templates && (
        <button type="button" class="quiet tool" onClick={on.onTemplates}>
          {t("templates.open")}
        </button>
      )}
      {takes && takes.media.maxCount > 0 && (
        <ChooseFiles types={takes.media.types} isBusy={isBusy} onFiles={on.onFiles} />
      )}
      {takes?.quickReplies && !hasAnswers && (
        <button type="button" class="quiet tool" disabled={isBusy} onClick={on.onAnswers}>
          {t("answers.open")}
        </button>
      )}
      <span class="hint">{t(isNote ? "composer.note-key" : "composer.reply-key")}</span>
      <button type="submit" disabled={!canSend}>
        {t(isNote ? "composer.keep" : "composer.send")}
      </button>
    </div>
  );
}

interface ChooseProps extends Pick<Props, "isBusy" | "onFiles"> {
  types: RouteCapabilities["media"]["types"];
}

function ChooseFiles({ types, isBusy, onFiles }: ChooseProps) {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="quiet tool" disabled={isBusy} onClick={() => input.current?.click()}>
        {t("files.open")}
      </button>
      <input
        ref={input}
        type="file"
        name="files"
        multiple
        hidden
        accept={types.map(({ pattern }) => pattern).join(",")}
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // The same file can be chosen again after it was removed.
          currentTarget.value = "";
        }}
      />
    </>
  );
}
