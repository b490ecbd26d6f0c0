import type { Message } from "../api/types.ts";
import { useWords } from "../words/words.tsx";
import { MoreDetails } from "./more-details.tsx";

/** What happened, where nobody said anything. */
export function EventLine({ message }: { message: Message }) {
  const { t, timeOf } = useWords();
  const { id, text, createdAt } = message;
  const said = {
    reaction: () => t("line.reaction", { reaction: text }),
    deletion: () => t("line.deletion"),
    "address-change": () => t("line.address-change", { address: text }),
  };
  const kind = message.context?.kind as keyof typeof said;
  return (
    <li class="event-line" data-message={id}>
      {said[kind]()} <time dateTime={createdAt}>{timeOf(createdAt)}</time>
      <MoreDetails message={message} />
    </li>
  );
}
