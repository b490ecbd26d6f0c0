import { useEffect, useRef } from "preact/hooks";
import { useWords } from "../words/words.tsx";

/**
 * A customer's HTML, two frames away from the desk: the outer one is a page of ours without an origin, the inner one can
 * run nothing, and neither can reach anything (web/mail).
 */
export function MailFrame({ html }: { html: string }) {
  const { t } = useWords();
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const hand = ({ source, data }: MessageEvent<unknown>): void => {
      const page = frame.current?.contentWindow;
      // A page without an origin can't be named as the target; what it gets is shown there and nowhere else.
      if (page && source === page && data === "ready") page.postMessage(html, "*");
    };
    addEventListener("message", hand);
    return () => removeEventListener("message", hand);
  }, [html]);
  return (
    <figure class="mail">
      <iframe
        ref={frame}
        src="/desk/mail.html"
        sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"
        title={t("mail.title")}
      />
      <figcaption class="hint">{t("mail.hint")}</figcaption>
    </figure>
  );
}
