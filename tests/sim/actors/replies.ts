import type { Caller } from "../../../functions/caller.ts";
import { template } from "../configuration.ts";
import { checkHeldBack } from "../invariants/quietHours.ts";
import { pictureOf } from "../people.ts";
import type { World } from "../world.ts";
import { asAgent, pathOf, pickConversation, type Shown } from "./desk.ts";

interface Content {
  text?: string;
  media?: string[];
  quickReplies?: string[];
  template?: { id: string; parameters: string[] };
}

/** An agent answers: mostly in a few words, at times with files, at length, with answers to choose from, or by a template. */
export async function reply(world: World, agentId: string, given?: Shown): Promise<void> {
  const caller = asAgent(agentId);
  const conversation = given ?? (await pickConversation(world, caller, `status=assigned&agent=${agentId}`));
  if (!conversation) return;
  world.written += 1;
  const content = await contentOf(world, conversation, caller);
  const identityId = world.random.chance(0.2) ? await otherAddress(world, conversation, caller) : undefined;
  const answer = await write(world, conversation, caller, { ...content, ...(identityId && { identityId }) });
  if (answer === undefined || !answer.includes('"template"') || content.template) return;
  world.written += 1;
  world.counters.count("work", "templates in place of what was refused");
  await write(world, conversation, caller, { template: useOf(agentId) });
}

/** @returns what was said where it was refused */
async function write(
  world: World,
  conversation: Shown,
  caller: Caller,
  content: Content & { identityId?: string },
): Promise<string | undefined> {
  const request = {
    caller,
    method: "POST" as const,
    path: pathOf(conversation, "messages"),
    body: content,
    idempotencyKey: `reply-${world.written}`,
  };
  // Some give up when it fails: what of it was stored by then must not go out.
  const { status, body } = await (world.random.chance(0.15) ? world.call(request) : world.insist(request));
  world.counters.count("work", `replies answered ${status}`);
  if (body.includes('"reason":"quiet-hours"')) checkHeldBack(world.history);
  if (status !== 202) return body;
  const { id: messageId } = JSON.parse(body) as { id: string };
  world.ledger.replies.set(messageId, {
    messageId,
    conversationId: conversation.id,
    agentId: caller.id,
    at: world.timeline.now(),
  });
  if (world.random.chance(0.2)) await world.insist(request);
  return undefined;
}

async function contentOf(world: World, { channel }: Shown, caller: Caller): Promise<Content> {
  const { random, written } = world;
  // Some replies read alike, for the text is part of what an unknown send is recognised by.
  const text = random.chance(0.2) ? "ok" : `Answer number ${written}`;
  const isPlain = channel === "email" || channel === "web";
  if (channel === "whatsapp" && random.chance(0.15)) return { template: useOf(String(written)) };
  if (!isPlain && random.chance(0.15)) return { text: atLength(written, random.pick([1_700, 2_300, 4_500, 6_000])) };
  if (random.chance(0.15)) {
    const media = await upload(world, caller, random.pick([1, 1, 2]));
    return random.chance(0.3) ? { media } : { text, media };
  }
  return !isPlain && random.chance(0.1) ? { text, quickReplies: ["Yes", "No"] } : { text };
}

const useOf = (name: string) => ({ id: template.id, parameters: [name] });

const atLength = (written: number, characters: number): string =>
  `Answer number ${written}, at length: ${"as we have said before, and say again, ".repeat(200)}`
    .slice(0, characters)
    .trim();

/** @returns the files' ids; those that could not be taken in are left out */
async function upload(world: World, caller: Caller, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    world.pictures += 1;
    const name = `picture ${world.pictures}`;
    const headers = { "content-type": "image/jpeg", "x-file-name": `${world.pictures}.jpg` };
    const reply = await world.host.files({
      method: "POST",
      path: "/v1/files",
      headers,
      bytes: pictureOf(name),
      caller,
    });
    world.counters.count("work", `files answered ${reply.status}`);
    if (reply.status === 201 && "body" in reply) ids.push((JSON.parse(reply.body) as { id: string }).id);
  }
  return ids;
}

/** Another address of the customer's that may be written to. */
async function otherAddress(world: World, conversation: Shown, caller: Caller): Promise<string | undefined> {
  const { status, body } = await world.insist({ caller, method: "GET", path: pathOf(conversation, "routes") });
  if (status !== 200) return undefined;
  const { items } = JSON.parse(body) as {
    items: { identityId: string; isLastUsed: boolean; canSend: { ok: boolean } }[];
  };
  const others = items.filter(({ isLastUsed, canSend }) => !isLastUsed && canSend.ok);
  if (others.length === 0) return undefined;
  world.counters.count("work", "replies by another address");
  return world.random.pick(others).identityId;
}
