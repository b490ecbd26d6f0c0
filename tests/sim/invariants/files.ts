import { limits } from "../../../shared/core/limits.ts";
import type { MediaReference, StoredMessage } from "../../../shared/core/message.ts";
import type { Checker, History } from "../history.ts";
import { addressOf } from "../people.ts";

/** I1: a file of an accepted message ends in our bucket, as it was, or says why not; it is said to be there only once it is. */
export function files(): Checker {
  const written = new Set<string>();

  return {
    invariant: "I1",

    onCall({ operation, parameters }, history) {
      if (operation === "blobs.putBytes") written.add(parameters[0] as string);
      if (operation !== "messages.setMedia") return;
      const [id, , { key, problem }] = parameters as [string, number, MediaReference];
      if (key !== undefined) history.reached("I1", "a customer's file was stored");
      if (problem !== undefined) history.reached("I1", "a customer's file could not be had");
      if (key !== undefined && !written.has(key)) history.violate("I1", `${id} names ${key}, where nothing is yet`);
    },

    async atEnd(history) {
      const parked = await history.parkedText();
      for (const message of await history.inboundMessages()) {
        for (const [index, file] of message.media.entries()) {
          if (parked.includes(message.id) || parked.includes(message.providerId)) continue;
          if (file.key !== undefined) await checkStored(message, file, history);
          else if (file.problem === undefined)
            history.violate("I1", `file ${index} of ${message.id} is neither stored nor said to be missing`);
        }
      }
      for (const message of await history.outboundMessages())
        for (const { key = "" } of message.media)
          if (!(await history.blobs.getBytes(key, limits.maxUploadBytes)))
            history.violate("I1", `a file of the accepted reply ${message.id} is gone`);
    },
  };
}

async function checkStored(message: StoredMessage, { key, contentType }: MediaReference, history: History) {
  const bytes = await history.blobs.getBytes(key!, limits.maxMediaBytes);
  const sender = bytes && history.ledger.taken.get(Buffer.from(bytes).toString("hex"));
  if (sender === undefined) return history.violate("I1", `${key} of ${message.id} holds what nobody sent`);
  // Of whoever had the address then.
  const identity = await history.stores.identities.get(message.identityId);
  if (identity?.channel !== message.channel || identity.address !== addressOf(sender))
    history.violate("I1", `${key} of ${message.id} holds a picture of ${sender}'s`);
  if (contentType !== "image/jpeg")
    history.violate("I1", `${key} of ${message.id} is a picture, and says ${contentType}`);
}
