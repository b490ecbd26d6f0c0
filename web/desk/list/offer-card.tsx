import type { Conversation, Offer } from "../api/types.ts";
import { channelName } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";

interface Props {
  offer: Offer;
  conversation: Conversation | undefined;
  onAnswer: (offer: Offer, choice: "accept" | "reject") => void;
}

/** A conversation that is this agent's if they take it in time. */
export function OfferCard({ offer, conversation, onAnswer }: Props) {
  const { t, timeOf, languageName } = useWords();
  const title = `offer-${offer.id}`;
  const facts = [offer.queueId, channelName(offer.channel, t)];
  if (conversation) facts.push(languageName(conversation.language));
  return (
    <section class="offer" role="group" aria-labelledby={title}>
      <h2 id={title}>{t("offer.title")}</h2>
      <p class="offer-subject" dir="auto">
        {conversation?.subject || t("conversation.no-text")}
      </p>
      <p class="line-facts">
        {facts.join(" · ")} ·{" "}
        <time dateTime={offer.expiresAt}>{t("offer.until", { time: timeOf(offer.expiresAt) })}</time>
      </p>
      <div class="actions">
        <button type="button" onClick={() => onAnswer(offer, "accept")}>
          {t("offer.accept")}
        </button>
        <button type="button" class="quiet" onClick={() => onAnswer(offer, "reject")}>
          {t("offer.reject")}
        </button>
      </div>
    </section>
  );
}
