import { userIdOf } from "../../../infra/local/providers/meta/whatsapp/customer.ts";
import { identityIdOf } from "../../../shared/core/ids.ts";
import {
  agentIdsOf,
  botNames,
  instagramId,
  pageId,
  phoneNumberId,
  twilioWhatsAppNumber,
  type SocialInboxId,
} from "../configuration.ts";
import { addressOf, optOutWords, people, pictureOf, texts } from "../people.ts";
import type { World } from "../world.ts";
import { addressAt, doIt, offerAliases, whatsappNow, type Told } from "./accounts.ts";
import { correct, dabble } from "./changes.ts";
import { pickConversation, supervisor, type Shown } from "./desk.ts";
import { reply } from "./replies.ts";

/** What somebody says, on whichever channel. */
export interface Words {
  text: string;
  pictures: { contentType: string; bytes: Uint8Array<ArrayBuffer>; name: string }[];
}

/** Customers write on the channels that this history has: texts, pictures, bursts, and what else one does there. */
export function customersWriteSocially(world: World): void {
  const { random, social } = world;
  if (social.length === 0) return;
  const inboxId = random.pick(social);
  const person = random.pick(people.slice(0, random.between(2, people.length)));
  if (random.chance(0.2)) return world.act(() => dabble(world, inboxId, person));
  if (random.chance(0.25)) return world.act(() => correct(world, inboxId));
  const isCut = random.chance(0.15);
  if (isCut) world.cutLine(random.between(500, 8_000));
  const burst = isCut ? random.between(11, 16) : random.chance(0.2) ? random.between(2, 6) : 1;
  for (let nth = 0; nth < burst; nth += 1) {
    const said = { text: random.pick(texts), pictures: burst === 1 ? takePictures(world, inboxId) : [] };
    world.act(() => say(world, inboxId, addressAt(world, inboxId, person), said));
  }
}

/** They stop messages and start them again, each in their own language, where no carrier does it for us. */
export function customersStopSocially(world: World): void {
  const inboxId = world.random.pick(["whatsapp", "whatsapp-twilio"] as const);
  if (!world.social.includes(inboxId)) return;
  const from = addressAt(world, inboxId, world.random.pick(people));
  const text = world.random.pick(optOutWords[world.random.pick(["stop", "stop", "start"] as const)]);
  world.act(() => say(world, inboxId, from, { text, pictures: [] }));
}

/** They look at what they were sent, or want no more of it. */
export function customersHeed(world: World): void {
  const { random, providers } = world;
  const { meta, telegram } = providers;
  const isBlocking = random.chance(0.4);
  // A bot is not told what was read.
  const received = [...(meta?.messaging.outbox() ?? []), ...(isBlocking ? (telegram?.outbox() ?? []) : [])];
  if (received.length === 0) return;
  const { channel, from: to, to: from } = random.pick(received);
  if (random.chance(0.5)) answerMeanwhile(world);
  world.act(async () => {
    if (channel === "telegram") await doIt(world, () => telegram!.inbound({ from, to, blocks: true }));
    else if (isBlocking) meta!.messaging.block(from, to);
    else await doIt(world, async () => [await meta!.messaging.inbound({ from, to, reads: true })]);
    if (!isBlocking || random.chance(0.3)) return;
    await world.pause(random.between(5_000, 120_000));
    const inboxId = world.config.inboxes.find((inbox) => inbox.channel === channel && inbox.address === to)?.id;
    await writeSocially(world, inboxId ?? channel, from, random.pick(texts));
  });
}

/** Somebody blocks us while an agent is about to answer them. */
export function customersBlock(world: World): void {
  const { meta, telegram } = world.providers;
  world.act(async () => {
    const conversation = await pickConversation(world, supervisor, "status=assigned", canBlock);
    const inbox = world.config.inboxes.find(({ id }) => id === conversation?.inboxId);
    if (!conversation?.agentId || !inbox) return;
    const { address: from, agentId } = conversation;
    const to = inbox.address;
    if (inbox.channel === "telegram") await doIt(world, () => telegram!.inbound({ from, to, blocks: true }));
    else meta!.messaging.block(from, to);
    await reply(world, agentId, conversation);
    await world.pause(world.random.below(world.random.pick([2_000, 15_000])));
    await reply(world, agentId, conversation);
    if (world.random.chance(0.4)) return;
    await world.pause(world.random.below(60_000));
    await writeSocially(world, inbox.id, from, world.random.pick(texts));
  });
}

const canBlock = ({ channel }: Shown): boolean => ["telegram", "messenger", "instagram"].includes(channel);

/** Agents go on writing while the word of what was read, or of who blocks us, is on its way. */
function answerMeanwhile(world: World): void {
  world.cutLine(1_500);
  for (const agentId of agentIdsOf(world.config)) world.act(() => reply(world, agentId));
}

/** One more message of this customer's, to where they wrote last. */
export async function writeSocially(world: World, inboxId: string, address: string, text: string): Promise<void> {
  const known = world.social.find((id) => id === inboxId);
  if (known) await say(world, known, address, { text, pictures: [] });
}

/** Now and then somebody has another number from one day to the next, and the old one soon is somebody else's. */
export function customersChangeNumber(world: World): void {
  if (!world.social.includes("whatsapp")) return;
  const person = world.random.pick(people);
  const from = addressAt(world, "whatsapp", person);
  if (!from.startsWith("+") || world.movedTo.has(person.subject)) return;
  const newNumber = person.nextWhatsapp;
  world.movedTo.set(person.subject, newNumber);
  const addresses = [addressOf(from), userIdOf(from), newNumber, userIdOf(newNumber)];
  world.ledger.offerJoin(addresses.map((address) => identityIdOf("whatsapp", address)));
  world.counters.count("work", "numbers changed");
  world.act(async () => {
    await doIt(world, () => world.providers.meta!.whatsapp.inbound({ from, to: phoneNumberId, newNumber }));
    await world.pause(world.random.between(65_000, 200_000));
    await writeSocially(world, "whatsapp-twilio", from, world.random.pick(texts));
  });
}

/** Nothing reaches phones for a while: WhatsApp and the carrier of texts say so of each message. */
export function phonesAreOff(world: World): void {
  const { meta, twilio } = world.providers;
  if (meta) meta.behaviour.undeliveredWith = 131026;
  twilio.behaviour.undeliveredWith = 30006;
  world.timeline.after(world.random.between(10_000, 240_000), () => {
    if (meta) meta.behaviour.undeliveredWith = null;
    twilio.behaviour.undeliveredWith = null;
  });
}

function takePictures(world: World, inboxId: SocialInboxId): Words["pictures"] {
  if (!world.random.chance(0.25)) return [];
  const most = inboxId === "whatsapp-twilio" ? 1 : 3;
  return Array.from({ length: world.random.between(1, most) }, () => {
    world.pictures += 1;
    const name = `picture ${world.pictures}`;
    return { contentType: "image/jpeg", bytes: pictureOf(name), name: `${name}.jpg` };
  });
}

async function say(world: World, inboxId: SocialInboxId, address: string, { text, pictures }: Words): Promise<void> {
  const from = inboxId === "whatsapp" ? whatsappNow(world, address) : address;
  world.counters.count("work", `messages to ${inboxId}`);
  for (const { bytes } of pictures) world.ledger.taken.set(Buffer.from(bytes).toString("hex"), from);
  await doIt(world, async () => {
    const told = await tell(world, inboxId, from, { text, pictures });
    for (const [position, { providerId, status }] of told.entries()) {
      if (status !== 200) continue;
      expectMessage(world, providerId);
      world.ledger.said.push({ inboxId, from, providerId, text: position === 0 ? text : "" });
    }
    return told;
  });
}

/** What was acknowledged is a message: no channel takes what somebody wrote for nothing. */
function expectMessage({ ledger, history }: World, providerId: string): void {
  const isKnown = Array.from(ledger.messages.values()).some((message) => message.providerId === providerId);
  if (!isKnown) history.violate("I1", `${providerId} was acknowledged, and taken for nothing`);
}

async function tell(world: World, inboxId: SocialInboxId, from: string, { text, pictures }: Words): Promise<Told> {
  const { meta, telegram, custom, twilio } = world.providers;
  switch (inboxId) {
    case "whatsapp":
      offerAliases(world, from);
      return meta!.whatsapp.inbound({ from, to: phoneNumberId, text, media: pictures });
    case "whatsapp-twilio": {
      const to = `whatsapp:${twilioWhatsAppNumber}`;
      const { sid, status } = await twilio.inbound({ from, to, body: text, media: pictures });
      return [{ providerId: sid, status }];
    }
    case "messenger":
    case "instagram": {
      const to = inboxId === "messenger" ? pageId : instagramId;
      meta!.messaging.block(from, to, false);
      return [await meta!.messaging.inbound({ from, to, text, media: pictures })];
    }
    case "telegram":
    case "telegram-sales":
      return telegram!.inbound({ from, to: botNames[inboxId], text, media: pictures });
    case "counter": {
      const media = pictures.map((picture) => ({ ...picture, isLinked: world.random.chance(0.5) }));
      return [await custom!.inbound({ from, to: "counter", text, media })];
    }
  }
}
