import { useEffect, useState } from "preact/hooks";
import type { RouteCapabilities } from "../api/types.ts";
import { explain, fileProblem } from "../words/refusals.ts";
import { useWords } from "../words/words.tsx";
import { type Attached, fileOf } from "./drafts.ts";
import { problemWith } from "./what-fits.ts";

interface Props {
  files: Attached[];
  /** of the route as it is chosen now; absent where no address is known */
  media: RouteCapabilities["media"] | undefined;
  isBusy: boolean;
  onRemove: (file: Attached) => void;
  onAgain: (file: Attached) => void;
}

/** What is attached to a reply, how far each file is, and what keeps it from going out. */
export function Files({ files, media, isBusy, onRemove, onAgain }: Props) {
  const { t } = useWords();
  if (files.length === 0) return null;
  return (
    <ul class="files" aria-label={t("files.title")}>
      {files.map((attached, position) => (
        <li key={attached.localId} class={`file is-${attached.state.kind}`}>
          <Thumbnail file={attached.file} />
          <span class="file-name" dir="auto">
            {attached.file.name}
          </span>
          <State attached={attached} before={files.slice(0, position).map(fileOf)} media={media} onAgain={onAgain} />
          <button
            type="button"
            class="quiet icon"
            disabled={isBusy}
            aria-label={t("files.remove", { name: attached.file.name })}
            onClick={() => onRemove(attached)}
          >
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}

interface StateProps extends Pick<Props, "media" | "onAgain"> {
  attached: Attached;
  before: File[];
}

function State({ attached, before, media, onAgain }: StateProps) {
  const words = useWords();
  const { t, sizeOf } = words;
  const { file, state } = attached;
  const problem = media && problemWith(file, before, media);
  if (problem) return <span class="file-state error">{fileProblem(problem, words)}</span>;
  if (state.kind === "failed") {
    return (
      <span class="file-state error" role="alert">
        {explain(state.error, t)}{" "}
        <button type="button" class="quiet" onClick={() => onAgain(attached)}>
          {t("files.again")}
        </button>
      </span>
    );
  }
  return (
    <span class="file-state hint">
      {state.kind === "uploading" ? (
        <progress max={1} value={state.share} aria-label={t("files.uploading", { name: file.name })} />
      ) : (
        sizeOf(file.size)
      )}
    </span>
  );
}

/** The picture itself, kept in this browser; a sign in its place for other files. */
function Thumbnail({ file }: { file: File }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!file.type.startsWith("image/")) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return (
    <span class="thumbnail" aria-hidden="true">
      {url === undefined ? "🗎" : <img src={url} alt="" />}
    </span>
  );
}
