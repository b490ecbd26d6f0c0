import { messageIdOf } from "../../../shared/core/ids.ts";
import { accountSid, numbers } from "../configuration.ts";
import { optOutWords, people, texts } from "../people.ts";
import { mailAgain } from "./mailers.ts";
import { writeSocially } from "./social.ts";
import type { World } from "../world.ts";

/** Customers text at any time, sometimes in bursts, and stop and restart messages. */
export function customersText(world: World): void {
  const { random } = world;
  const from = random.pick(people.slice(0, random.between(3, people.length))).phone;
  const to = random.chance(0.85) ? numbers.support : numbers.sales;
  const burst = random.chance(0.2) ? random.between(2, 5) : 1;
  for (let nth = 0; nth < burst; nth += 1) {
    const body = random.pick(texts);
    world.act(async () => {
      await world.pause(nth * random.between(1, 300));
      await text(world, from, to, body);
    });
  }
}

/** One more message of this customer's, where they wrote last, `afterMs` from now. */
export function writeAgain(
  world: World,
  { channel, address, inboxId }: { channel: string; address: string; inboxId: string },
  afterMs: number,
): void {
  const body = world.random.pick(texts);
  world.act(async () => {
    await world.pause(afterMs);
    if (channel === "sms") await text(world, address, numbers.support, body);
    if (channel === "email") mailAgain(world, address, body);
    await writeSocially(world, inboxId, address, body);
    if (channel === "web") world.browsers.find((browser) => browser.address === address)?.say(body);
  });
}

export function customersChooseConsent(world: World): void {
  const { random } = world;
  // Most of them do so since they were sent something.
  const received = world.providers.twilio.outbox({ channel: "sms" }).filter(({ from }) => from === numbers.support);
  const from = received.length > 0 && random.chance(0.7) ? random.pick(received).to : random.pick(people).phone;
  const word = random.pick(["stop", "stop", "start", "start", "start", "help"] as const);
  const body = word === "help" ? "HELP" : random.chance(0.7) ? word.toUpperCase() : random.pick(optOutWords[word]);
  const isGivenUp = (word === "stop" && random.chance(0.7)) || undefined;
  world.act(() => text(world, from, numbers.support, body, isGivenUp));
}

/** A phone sends once; whether it arrives is between the provider and the router. Some the provider gives up, and only lists. */
async function text(
  world: World,
  from: string,
  to: string,
  body: string,
  isGivenUp = world.faults.happens("textLost"),
): Promise<void> {
  const { twilio } = world.providers;
  world.counters.count("work", "texts");
  if (!isGivenUp) return void (await twilio.inbound({ from, to, body }));
  const { sid } = await twilio.receive({ from, to, body });
  world.ledger.listed.push({ messageId: messageIdOf("sms", accountSid, sid), at: world.timeline.now() });
}
