import type { Message } from "../api/types.ts";
import { useWords } from "../words/words.tsx";

/** What the provider said beyond what the router knows, folded away: names and values are foreign, and stay text. */
export function MoreDetails({ message }: { message: Message }) {
  const { t } = useWords();
  const fields = Object.entries(("unknownFields" in message && message.unknownFields) || {});
  if (fields.length === 0) return null;
  return (
    <details class="more-details">
      <summary>{t("message.more", { count: fields.length })}</summary>
      <p class="hint">{t("message.more-hint")}</p>
      <dl>
        {fields.map(([name, value]) => (
          <div key={name}>
            <dt dir="auto">{name}</dt>
            <dd dir="auto">{asText(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** A text as it is, everything else as JSON. Of what was too large to keep there is the name alone. */
function asText(value: unknown): string {
  if (value === null) return "–";
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}
