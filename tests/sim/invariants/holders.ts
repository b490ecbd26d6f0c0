import { identityIdOf } from "../../../shared/core/ids.ts";
import type { InboundStored, StoredMessage } from "../../../shared/core/message.ts";
import type { Checker } from "../history.ts";

const channel = "whatsapp";
/** Longer than any run that may still be under way with what was known before. */
const takesEffectMs = 60_000;

interface Leaving {
  address: string;
  /** by the provider's clock, in whole seconds since 1970 */
  second: number;
  /** when it was stored, milliseconds since 1970 */
  known: number;
}

/** I8: who writes from a number after its customer has left it is somebody else, and who wrote before is not. */
export function holders(): Checker {
  const leavings: Leaving[] = [];

  return {
    invariant: "I8",

    onCall({ operation, result }, history) {
      if (operation !== "messages.create") return;
      const { created, message } = result as { created: boolean; message: StoredMessage };
      if (!created || message.direction !== "in" || message.channel !== channel) return;
      const now = history.clock.now();
      if (message.context?.kind === "address-change") {
        const [address = ""] = message.text.split(" → ");
        leavings.push({ address, second: secondOf(message), known: now });
        return;
      }
      for (const { address, second, known } of leavings) {
        if (known > now - takesEffectMs) continue;
        const isFirst = message.identityId === identityIdOf(channel, address);
        const isNext = message.identityId === identityIdOf(channel, address, 1);
        if (isNext) history.reached("I8", "somebody wrote from a number that another had left");
        if (isFirst && secondOf(message) > second)
          history.violate("I8", `${message.id} came from ${address} and passes for who left it`);
        if (isNext && secondOf(message) <= second)
          history.violate(
            "I8",
            `${message.id} was written from ${address} before it was left, and passes for another's`,
          );
      }
    },

    async atEnd() {},
  };
}

const secondOf = ({ order, createdAt }: InboundStored): number => {
  const [said = createdAt] = order.split("#");
  return Math.floor(Math.min(Date.parse(said), Date.parse(createdAt)) / 1000);
};
