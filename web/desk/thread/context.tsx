import type { Context, Message } from "../api/types.ts";
import type { Key } from "../words/en.ts";
import { useWords } from "../words/words.tsx";

const labels = {
  reply: "context.reply",
  reaction: "context.reaction",
  edit: "context.edit",
  deletion: "context.deletion",
  forward: "context.forward",
  choice: "context.choice",
  "story-reply": "context.story-reply",
  "story-mention": "context.story-mention",
  referral: "context.referral",
  "address-change": "context.address-change",
} satisfies Record<Context["kind"], Key>;

interface Props {
  context: Context;
  about: Message | undefined;
}

/** What a message answers or refers to, above its own words. */
export function ContextLine({ context: { kind, note, url }, about }: Props) {
  const { t } = useWords();
  const quoted = about ? excerptOf(about, t("conversation.no-text")) : note;
  const link = safeLink(url);
  return (
    <div class="context">
      <span class="context-kind">{t(labels[kind])}</span>
      {about ? (
        <button
          type="button"
          class="quoted"
          aria-label={t("context.go-to", { text: quoted ?? "" })}
          onClick={() => show(about)}
        >
          <span dir="auto">{quoted}</span>
        </button>
      ) : (
        quoted && (
          <blockquote class="quoted" dir="auto">
            {quoted}
          </blockquote>
        )
      )}
      {link && (
        <a href={link} target="_blank" rel="noopener noreferrer">
          {t("context.link")}
        </a>
      )}
    </div>
  );
}

const excerptCharacters = 120;

function excerptOf({ text, media }: Message, nothing: string): string {
  const said = text || (media[0] ? (media[0].name ?? media[0].contentType) : nothing);
  return said.length > excerptCharacters ? `${said.slice(0, excerptCharacters).trimEnd()} …` : said;
}

/** Only what leads to a page: the address came from the customer's side. */
function safeLink(url: string | null): string | undefined {
  return url !== null && /^https:\/\//i.test(url) && URL.canParse(url) ? url : undefined;
}

/** Brings a message of the thread before the reader's eyes, and the keys to it. */
function show({ id }: Message): void {
  const bubble = document.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`);
  bubble?.scrollIntoView({ block: "center" });
  bubble?.focus({ preventScroll: true });
}
