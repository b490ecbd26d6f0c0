import type { OutboxItem } from "../../../infra/local/providers/provider.ts";
import { botNames, instagramId, pageId, phoneNumberId, type SocialInboxId } from "../configuration.ts";
import { texts, type Person } from "../people.ts";
import type { World } from "../world.ts";
import { addressAt, doIt, offerAliases, whatsappNow } from "./accounts.ts";

/** Reactions, edits, pressed buttons, reading, blocking: whatever there is to react to. */
export async function dabble(world: World, inboxId: SocialInboxId, person: Person): Promise<void> {
  const { meta, telegram } = world.providers;
  const { random } = world;
  const from = addressAt(world, inboxId, person);
  const emoji = random.pick(["👍", "❤", null]);
  const reactionTo = (item: OutboxItem | undefined) => item && { reaction: { providerId: item.providerId, emoji } };
  switch (inboxId) {
    case "whatsapp": {
      const last = meta!.outbox({ channel: "whatsapp", to: from }).at(-1);
      const [title] = last?.buttons ?? [];
      const what = title && last ? { choice: { providerId: last.providerId, title } } : reactionTo(last);
      offerAliases(world, from);
      if (what) await doIt(world, () => meta!.whatsapp.inbound({ from, to: phoneNumberId, ...what }));
      return;
    }
    case "messenger":
    case "instagram": {
      const to = inboxId === "messenger" ? pageId : instagramId;
      const last = meta!.outbox({ channel: inboxId, to: from }).at(-1);
      const [quickReply] = last?.buttons ?? [];
      if (random.chance(0.2)) return meta!.messaging.block(from, to);
      const deeds = [{ reads: true as const }, reactionTo(last), quickReply && { quickReply }];
      const deed = random.pick(deeds);
      if (deed && last) await doIt(world, async () => [await meta!.messaging.inbound({ from, to, ...deed })]);
      return;
    }
    case "telegram":
    case "telegram-sales": {
      const to = botNames[inboxId];
      const last = telegram!.outbox({ to: from }).findLast((each) => each.from === to);
      const [button] = last?.buttons ?? [];
      const deed = random.pick([{ blocks: true }, reactionTo(last), button && { button }]);
      if (deed) await doIt(world, () => telegram!.inbound({ from, to, ...deed }));
      return;
    }
    default:
      return;
  }
}

/** They put right what they said, or take it back; not every channel lets them, or tells of it. */
export async function correct(world: World, inboxId: SocialInboxId): Promise<void> {
  const { meta, telegram } = world.providers;
  const { random, ledger } = world;
  const said = ledger.said.filter(
    (each) =>
      each.inboxId === inboxId &&
      !each.about &&
      (inboxId !== "whatsapp" || whatsappNow(world, each.from) === each.from) &&
      each.text !== "" &&
      !ledger.takenBack.has(each.providerId),
  );
  if (said.length === 0) return;
  const { providerId, from } = random.pick(said);
  const isTakenBack = (inboxId === "whatsapp" || inboxId === "instagram") && random.chance(0.5);
  if (isTakenBack) ledger.takenBack.add(providerId);
  const text = isTakenBack ? "" : `${random.pick(texts)} (put right: ${random.next()})`;
  const told = await doIt(world, async () => {
    switch (inboxId) {
      case "whatsapp": {
        offerAliases(world, from);
        const deed = isTakenBack ? { deletes: providerId } : { edits: providerId, text };
        return meta!.whatsapp.inbound({ from, to: phoneNumberId, ...deed });
      }
      case "messenger":
        return [await meta!.messaging.inbound({ from, to: pageId, edits: providerId, text })];
      case "instagram": {
        const deed = isTakenBack ? { unsends: providerId } : { edits: providerId, text };
        return [await meta!.messaging.inbound({ from, to: instagramId, ...deed })];
      }
      case "telegram":
      case "telegram-sales":
        return telegram!.inbound({ from, to: botNames[inboxId], edits: providerId, text });
      default:
        return [];
    }
  });
  const about = { kind: isTakenBack ? ("deletion" as const) : ("edit" as const), providerId };
  if (told?.[0]?.status === 200) ledger.said.push({ inboxId, from, providerId: told[0].providerId, text, about });
}
