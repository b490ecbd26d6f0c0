import { useRef, useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { useWords } from "../words/words.tsx";
import { FileButton } from "./file-button.tsx";
import { type FilePlace, useLink } from "./use-link.ts";

/** Pictures in frames whose size is known before they are: one as it is, several as a grid. */
export function Pictures({ places }: { places: FilePlace[] }) {
  const { t } = useWords();
  if (places.length === 0) return null;
  return (
    <ul
      class={`pictures ${places.length > 1 ? "is-grid" : ""}`}
      aria-label={t("media.pictures", { count: places.length })}
    >
      {places.map((place) => (
        <li key={`${place.message.id} ${place.index}`}>
          {place.message.media[place.index]!.state === "pending" ? <Coming /> : <Picture {...place} />}
        </li>
      ))}
    </ul>
  );
}

/** The frame of a picture that is not taken over from the provider yet. */
function Coming() {
  const { t } = useWords();
  return <p class="picture is-pending hint">{t("attachments.pending")}</p>;
}

function Picture(place: FilePlace) {
  const { t } = useWords();
  const frame = useRef<HTMLButtonElement>(null);
  const { url, hasFailed, renew } = useLink(place, frame);
  const [isLarge, setLarge] = useState(false);
  const name = place.message.media[place.index]!.name ?? t("media.picture");
  if (hasFailed) return <FileButton {...place} />;
  return (
    <>
      <button
        ref={frame}
        type="button"
        class="picture"
        aria-label={t("media.enlarge", { name })}
        onClick={() => setLarge(true)}
      >
        {url !== undefined && <img src={url} alt="" decoding="async" onError={renew} />}
      </button>
      {isLarge && (
        <Dialog title={name} onClose={() => setLarge(false)}>
          <img class="large-picture" src={url} alt={name} onError={renew} />
          <div class="actions">
            <FileButton {...place} />
          </div>
        </Dialog>
      )}
    </>
  );
}
