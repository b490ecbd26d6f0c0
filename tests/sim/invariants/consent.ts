import { identityIdOf } from "../../../shared/core/ids.ts";
import type { InboundStored } from "../../../shared/core/message.ts";
import type { HttpAnswer, HttpCall } from "../../../shared/ports/http.ts";
import type { Checker, History } from "../history.ts";
import { optOutWords } from "../people.ts";
import { isSaidAfter, saidAt } from "../said.ts";

type Word = keyof typeof optOutWords;

interface Wish {
  word: Word;
  at: string;
  sequence: string;
}

const words = new Map(
  (["stop", "start"] as const).flatMap((word) => optOutWords[word].map((text) => [text.toLowerCase(), word])),
);

/** What the carrier answers for whom it has stopped. It knows fewer words by which somebody starts again than we do. */
const carriersRefusal = '"code":21610';

/** I7: whoever asked last to be left alone is left alone, and whoever asked for messages again is not, in whatever language and however late it came. */
export function consent(): Checker {
  /** to whom the carrier has refused to write */
  const refused = new Set<string>();

  return {
    invariant: "I7",

    onCall({ operation, parameters, result }) {
      if (operation !== "http.call" || !(result as HttpAnswer | undefined)?.body?.includes(carriersRefusal)) return;
      const to = new URLSearchParams((parameters[0] as HttpCall).body).get("To") ?? "";
      refused.add(to.replace("whatsapp:", ""));
    },

    async atEnd(history) {
      const parked = await history.parkedText();
      const isSettled = ({ id, providerId }: InboundStored): boolean =>
        !parked.includes(providerId) && !parked.includes(id);
      const wishes = Map.groupBy(
        (await history.inboundMessages()).filter((message) => isSettled(message) && wordOf(message) !== undefined),
        ({ identityId, inboxId }) => keyOf(identityId, inboxId),
      );
      const lastWishes = new Map(Array.from(wishes, ([key, said]) => [key, lastOf(said)]));
      for (const [key, wish] of lastWishes) if (wish) await checkWish(key, wish, { lastWishes, refused }, history);
    },
  };
}

const wordOf = ({ text, context }: Pick<InboundStored, "text" | "context">): Word | undefined =>
  context?.kind === "edit" ? undefined : words.get(text.toLowerCase());

const keyOf = (identityId: string, inboxId: string): string => `${identityId} ${inboxId}`;

/** In the order in which they came, as each was understood then: most words that start messages are wishes only of who had stopped them. */
function lastOf(said: InboundStored[]): Wish | undefined {
  let last: Wish | undefined;
  for (const message of said.toSorted((one, other) => (one.sequence < other.sequence ? -1 : 1))) {
    const wish = { word: wordOf(message)!, at: saidAt(message), sequence: message.sequence };
    const isUnderstood = wish.word === "stop" || isPlain(message) || last?.word === "stop";
    if (isUnderstood && (!last || isSaidAfter(wish, last))) last = wish;
  }
  return last;
}

/** To whoever hears it, whatever was said before; or it was taken for one, as of who had stopped messages at another address. */
const isPlain = ({ text, decision }: InboundStored): boolean =>
  ["start", "unstop"].includes(text.toLowerCase()) || decision.reason === "opt-out-word";

interface Known {
  lastWishes: ReadonlyMap<string, Wish | undefined>;
  refused: ReadonlySet<string>;
}

/** What was said at another address of the same chat counts as well. */
async function checkWish(key: string, wish: Wish, known: Known, history: History) {
  const { word } = wish;
  const [identityId = "", inboxId = ""] = key.split(" ");
  const identity = await history.stores.identities.get(identityId);
  if (!identity) return;
  const others = (identity.aliases ?? []).map((alias) =>
    known.lastWishes.get(keyOf(identityIdOf(identity.channel, alias), inboxId)),
  );
  const isOut = Object.hasOwn(identity.optOuts, inboxId);
  history.reached("I7", word === "stop" ? "somebody wanted no more messages" : "somebody wanted messages again");
  if (word === "stop" && !isOut && !others.some((other) => other?.word === "start" && isSaidAfter(other, wish)))
    history.violate("I7", `${identityId} wanted no more from ${inboxId}, and nobody heeds it`);
  const isRefused = known.refused.has(identity.address) || (await wasReportedStopped(identityId, inboxId, history));
  const isStoppedElsewhere = others.length > 0 || isRefused;
  if (word === "start" && isOut && !isStoppedElsewhere)
    history.violate("I7", `${identityId} wanted messages from ${inboxId} again, and nobody heeds it`);
}

const wasReportedStopped = async (identityId: string, inboxId: string, history: History): Promise<boolean> =>
  (await history.outboundMessages()).some(
    (message) =>
      message.identityId === identityId && message.inboxId === inboxId && message.error?.consequence === "opted-out",
  );
