import { expect, test } from "vitest";
import { createFlow, start } from "./harness.ts";
import { limits } from "../../shared/core/limits.ts";
import { isoTime } from "../../shared/ports/clock.ts";

test("what can't be done keeps nothing else from being done, however much it is", async () => {
  const flow = createFlow();
  const { messages, due } = flow.stores;
  const ids = [...Array.from({ length: limits.maxDueItemsPerRead + 1 }, (_, nth) => `bad-${nth}`), "good"];
  for (const [nth, id] of ids.entries())
    await due.put({ id, dueAt: isoTime(start - 60_000 + nth), job: { kind: "send-check", messageId: id } });
  const { get } = messages;
  messages.get = async (id) => {
    if (id.startsWith("bad-")) throw new Error("ThrottlingException");
    return get(id);
  };
  await flow.sweep();
  const left = await due.due(isoTime(flow.clock.now()), ids.length);
  expect(left.map(({ id }) => id)).toEqual(ids.slice(0, -1));
});
