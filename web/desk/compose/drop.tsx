import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { takenTypes } from "../words/file-types.ts";
import { fileProblem } from "../words/refusals.ts";
import { useWords } from "../words/words.tsx";
import type { Rejected } from "./use-attaching.ts";

interface Props {
  /** absent where nothing can be attached */
  onFiles: ((files: File[]) => void) | undefined;
  onSubmit: (event: Event) => void;
  children: ComponentChildren;
}

/** The form of a message, onto which files can be dropped. */
export function Drop({ onFiles, onSubmit, children }: Props) {
  const [isOver, setOver] = useState(false);
  const bringsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  return (
    <form
      class={isOver ? "is-over" : ""}
      onSubmit={onSubmit}
      onDragOver={(event) => {
        if (!bringsFiles(event)) return;
        // Else the browser leaves the desk for the file.
        event.preventDefault();
        setOver(onFiles !== undefined);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (!bringsFiles(event)) return;
        event.preventDefault();
        setOver(false);
        onFiles?.([...event.dataTransfer!.files]);
      }}
    >
      {children}
    </form>
  );
}

interface RejectionsProps {
  rejected: Rejected[];
  onDismiss: () => void;
}

/** Files that the channel does not take, each with why: they were not brought up. */
export function Rejections({ rejected, onDismiss }: RejectionsProps) {
  const words = useWords();
  const { t } = words;
  if (rejected.length === 0) return null;
  const taken = takenTypes(
    rejected.map(({ problem }) => problem),
    words,
  );
  return (
    <div class="banner is-bad rejections" role="alert">
      <ul>
        {rejected.map(({ name, problem }, position) => (
          <li key={position}>{t("files.rejected", { name, reason: fileProblem(problem, words) })}</li>
        ))}
        {taken && <li>{taken}</li>}
      </ul>
      <button type="button" class="quiet" onClick={onDismiss}>
        {t("files.dismiss")}
      </button>
    </div>
  );
}
