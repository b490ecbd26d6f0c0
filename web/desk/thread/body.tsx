import { useEffect, useRef, useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Message } from "../api/types.ts";
import { withLinks } from "../../links.tsx";
import { Failure } from "../parts/failure.tsx";
import { useWords } from "../words/words.tsx";
import { MailFrame } from "./mail-frame.tsx";

/** A message's text; more of it, or the sender's own layout, where there is any and it is asked for. */
export function Body({ api, message }: { api: Api; message: Message }) {
  const { t, sizeOf } = useWords();
  const { id, conversationId, wholeText } = message;
  const fullText = "fullText" in message ? message.fullText : null;
  const html = "html" in message ? message.html : null;
  const [whole, setWhole] = useState<string>();
  const [letter, setLetter] = useState<string>();
  const [failure, setFailure] = useState<unknown>();
  const text = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    // The button that was pressed for it is gone.
    if (whole !== undefined && document.activeElement === document.body) text.current?.focus();
  }, [whole]);

  const show = <Fetched,>(fetching: Promise<Fetched>, set: (fetched: Fetched) => void): void => {
    setFailure(undefined);
    fetching.then(set, setFailure);
  };
  const more = wholeText ?? fullText;
  return (
    <>
      {letter !== undefined ? (
        <MailFrame html={letter} />
      ) : message.text === "" ? null : (
        <p dir="auto" tabIndex={-1} ref={text}>
          {withLinks(whole ?? message.text)}
          {wholeText && whole === undefined && " …"}
        </p>
      )}
      <Failure error={failure} />
      {(more || html) && (
        <div class="body-actions">
          {more && letter === undefined && whole === undefined && (
            <button type="button" class="quiet" onClick={() => show(api.wholeText(conversationId, id), setWhole)}>
              {t(wholeText ? "message.show-all" : "message.show-quoted", { size: sizeOf(more.bytes) })}
            </button>
          )}
          {html && (
            <button
              type="button"
              class="quiet"
              aria-pressed={letter !== undefined}
              onClick={() =>
                letter === undefined ? show(api.html(conversationId, id), setLetter) : setLetter(undefined)
              }
            >
              {t(letter === undefined ? "message.show-html" : "message.show-text")}
            </button>
          )}
        </div>
      )}
    </>
  );
}
