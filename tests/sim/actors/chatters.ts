import { people, texts } from "../people.ts";
import type { World } from "../world.ts";

/** Customers write in the chat, sometimes several messages at once. */
export function customersChat(world: World): void {
  const { random } = world;
  const browser = random.pick(world.browsers.slice(0, random.between(2, world.browsers.length)));
  const burst = random.chance(0.25) ? random.between(2, 4) : 1;
  for (let nth = 0; nth < burst; nth += 1) browser.say(random.pick(texts));
}

/** They sign in to the shop, lose their connection, come back, type, or say what they have seen. */
export function customersUseChat(world: World): void {
  const { random } = world;
  const position = random.below(world.browsers.length);
  const browser = world.browsers[position]!;
  const replies = Array.from(browser.shown).flatMap(([id, { direction }]) => (direction === "out" ? [id] : []));
  const see = (): void => {
    if (replies.length > 0)
      browser.signal({ type: random.pick(["received", "read"]), messageId: random.pick(replies) });
  };
  const deeds = [
    // A browser is its owner's, but for the one that everybody uses.
    () => browser.signIn(position === 0 ? random.pick(people) : people[position]!),
    () => browser.signIn(people[position]!),
    () => browser.drop(),
    () => browser.open(),
    () => browser.signal({ type: "typing" }),
    see,
    see,
  ];
  random.pick(deeds)();
}
