import type { Conversation, Offer } from "./api.ts";
import { timeOf } from "./time.ts";
import { channelName, languageName } from "./words.ts";

interface Props {
  offer: Offer;
  conversation: Conversation | undefined;
  onAnswer: (offer: Offer, choice: "accept" | "reject") => void;
}

/** A conversation that is this agent's if they take it in time. */
export function OfferCard({ offer, conversation, onAnswer }: Props) {
  const title = `offer-${offer.id}`;
  return (
    <section class="offer" role="group" aria-labelledby={title}>
      <h2 id={title}>Offered to you</h2>
      <p class="offer-subject" dir="auto">
        {conversation?.subject || "(no text)"}
      </p>
      <p class="line-facts">
        {[offer.queueId, channelName(offer.channel), conversation && languageName(conversation.language)]
          .filter(Boolean)
          .join(" · ")}{" "}
        · answer by <time dateTime={offer.expiresAt}>{timeOf(offer.expiresAt)}</time>
      </p>
      <div class="actions">
        <button type="button" onClick={() => onAnswer(offer, "accept")}>
          Accept
        </button>
        <button type="button" class="quiet" onClick={() => onAnswer(offer, "reject")}>
          Reject
        </button>
      </div>
    </section>
  );
}
