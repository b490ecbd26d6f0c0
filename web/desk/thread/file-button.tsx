import { useState } from "preact/hooks";
import { Failure } from "../parts/failure.tsx";
import { useWords } from "../words/words.tsx";
import type { FilePlace } from "./use-link.ts";

/** A file to be fetched, by a link that is asked for when it is. */
export function FileButton({ api, message, index }: FilePlace) {
  const { t, sizeOf } = useWords();
  const [failure, setFailure] = useState<unknown>();
  const { name, contentType, bytes } = message.media[index]!;
  const open = async (): Promise<void> => {
    setFailure(undefined);
    try {
      const { url } = await api.media(message.conversationId, message.id, index);
      const link = Object.assign(document.createElement("a"), {
        href: url,
        target: "_blank",
        rel: "noopener noreferrer",
      });
      link.click();
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <>
      <button type="button" class="quiet attachment" onClick={() => void open()}>
        <span aria-hidden="true">⭳</span>
        <span class="attachment-name" dir="auto">
          {name ?? t("attachments.unnamed")}
        </span>
        <span class="hint">{[contentType, bytes === null ? "" : sizeOf(bytes)].filter(Boolean).join(", ")}</span>
      </button>
      <Failure error={failure} />
    </>
  );
}
