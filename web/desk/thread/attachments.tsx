import { useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Message } from "../api/types.ts";
import { Failure } from "../parts/failure.tsx";
import { useWords } from "../words/words.tsx";

/** What came with a message; each is fetched by a link that opens for a few minutes. */
export function Attachments({ api, message }: { api: Api; message: Message }) {
  const { t, sizeOf } = useWords();
  const [failure, setFailure] = useState<unknown>();
  if (message.media.length === 0) return null;
  const open = async (index: number): Promise<void> => {
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
      <ul class="attachments" aria-label={t("attachments.title")}>
        {message.media.map(({ name, contentType, bytes }, index) => (
          <li key={index}>
            <button type="button" class="quiet attachment" onClick={() => void open(index)}>
              <span aria-hidden="true">⭳</span>
              <span class="attachment-name" dir="auto">
                {name ?? t("attachments.unnamed")}
              </span>
              <span class="hint">{[contentType, bytes === null ? "" : sizeOf(bytes)].filter(Boolean).join(", ")}</span>
            </button>
          </li>
        ))}
      </ul>
      <Failure error={failure} />
    </>
  );
}
