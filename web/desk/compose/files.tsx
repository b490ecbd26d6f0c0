import { useEffect, useState } from "preact/hooks";
import type { RouteCapabilities } from "../api/types.ts";
import { takenTypes } from "../words/file-types.ts";
import { explain, fileProblem } from "../words/refusals.ts";
import { useWords } from "../words/words.tsx";
import { type Attached, fileOf } from "./drafts.ts";
import { problemWith } from "./what-fits.ts";

interface Props {
  files: Attached[];
  /** of the route as it is chosen now; absent where no address is known */
  media: RouteCapabilities["media"] | undefined;
  /** names of those that the router would not send */
  refused: string[];
  isBusy: boolean;
  onRemove: (file: Attached) => void;
  onAgain: (file: Attached) => void;
}

/** What is attached to a reply, how far each file is, and what keeps it from going out. */
export function Files({ files, media, refused, isBusy, onRemove, onAgain }: Props) {
  const words = useWords();
  const { t } = words;
  if (files.length === 0) return null;
  const problems = files.map(({ file }, position) =>
    media ? problemWith(file, files.slice(0, position).map(fileOf), media) : undefined,
  );
  const taken = takenTypes(
    problems.filter((each) => each !== undefined),
    words,
  );
  return (
    <>
      <ul class="files" aria-label={t("files.title")}>
        {files.map((attached, position) => {
          const { localId, file, state } = attached;
          const problem = problems[position];
          const reason = problem ? fileProblem(problem, words) : refused.includes(file.name) && t("files.refused");
          return (
            <li key={localId} class={`file is-${reason ? "failed" : state.kind}`}>
              <Thumbnail file={file} />
              <span class="file-name" dir="auto">
                {file.name}
              </span>
              {reason ? (
                <span class="file-state error">{reason}</span>
              ) : (
                <State attached={attached} onAgain={onAgain} />
              )}
              <button
                type="button"
                class="quiet icon"
                disabled={isBusy}
                aria-label={t("files.remove", { name: file.name })}
                onClick={() => onRemove(attached)}
              >
                ×
              </button>
            </li>
          );
        })}
      </ul>
      {taken && <p class="hint">{taken}</p>}
    </>
  );
}

interface StateProps extends Pick<Props, "onAgain"> {
  attached: Attached;
}

/** How far its way to the router is. */
function State({ attached, onAgain }: StateProps) {
  const { t, sizeOf } = useWords();
  const { file, state } = attached;
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
