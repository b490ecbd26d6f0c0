import type { Api } from "../api/api.ts";
import type { Message } from "../api/types.ts";
import { useWords } from "../words/words.tsx";
import { isPicture } from "./entries.ts";
import { FileButton } from "./file-button.tsx";
import { Pictures } from "./pictures.tsx";
import { canPlay, Player } from "./player.tsx";
import type { FilePlace } from "./use-link.ts";

/** What came with messages: pictures are seen, sound and films are played, and everything else is fetched. */
export function Attachments({ api, messages }: { api: Api; messages: Message[] }) {
  const { t } = useWords();
  const places = messages.flatMap((message) => message.media.map((_, index) => ({ api, message, index })));
  const others = places.filter((place) => !isPicture(fileOf(place)));
  return (
    <>
      <Pictures places={places.filter((place) => isPicture(fileOf(place)))} />
      {others.length > 0 && (
        <ul class="attachments" aria-label={t("attachments.title")}>
          {others.map((place) => (
            <li key={`${place.message.id} ${place.index}`}>
              <Attachment {...place} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const fileOf = ({ message, index }: FilePlace) => message.media[index]!;

function Attachment(place: FilePlace) {
  const { t } = useWords();
  const { state, name, contentType, problem } = fileOf(place);
  if (state === "stored") return canPlay(contentType) ? <Player {...place} /> : <FileButton {...place} />;
  return (
    <p class={`attachment is-${state}`}>
      <span class="attachment-name" dir="auto">
        {name ?? t("attachments.unnamed")}
      </span>
      <span class={state === "pending" ? "hint" : "error"}>
        {state === "pending" ? t("attachments.pending") : t("attachments.unavailable", { reason: problem ?? "" })}
      </span>
    </p>
  );
}
