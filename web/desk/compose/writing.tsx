import type { RefObject } from "preact";
import { useWords } from "../words/words.tsx";
import type { DraftKind } from "./drafts.ts";

interface Props {
  place: RefObject<HTMLTextAreaElement | null>;
  kind: DraftKind;
  text: string;
  isBusy: boolean;
  onWrite: (text: string) => void;
  /** of what was pasted */
  onFiles: ((files: File[]) => void) | undefined;
  onSubmit: () => void;
  onLeave: () => void;
}

/** Where a text is written. */
export function Writing({ place, kind, text, isBusy, onWrite, onFiles, onSubmit, onLeave }: Props) {
  const { t } = useWords();
  const isNote = kind === "note";
  return (
    <textarea
      ref={place}
      name={kind}
      rows={3}
      value={text}
      dir="auto"
      readOnly={isBusy}
      aria-label={t(isNote ? "composer.note-field" : "composer.reply-field")}
      aria-keyshortcuts={isNote ? "n" : "r"}
      placeholder={t(isNote ? "composer.note-placeholder" : "composer.reply-placeholder")}
      onInput={(event) => onWrite(event.currentTarget.value)}
      onPaste={(event) => {
        const { files = [], types = [] } = event.clipboardData ?? {};
        // Word processors add a picture of the text that is pasted.
        if (!onFiles || files.length === 0 || types.includes("text/plain")) return;
        event.preventDefault();
        onFiles([...files]);
      }}
      onKeyDown={(event) => {
        // While a word is being composed, keys choose its characters.
        if (event.isComposing) return;
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSubmit();
        if (event.key === "Escape") onLeave();
      }}
    />
  );
}

/** The text with another one at the cursor, or in place of what is marked. */
export function insertedInto(field: HTMLTextAreaElement, text: string): string {
  const { value, selectionStart, selectionEnd } = field;
  return value.slice(0, selectionStart) + text + value.slice(selectionEnd);
}
