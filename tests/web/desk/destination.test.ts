import { describe, expect, it } from "vitest";
import type { Route } from "../../../web/desk/api/types.ts";
import { destinationAt, settle } from "../../../web/desk/compose/destination.ts";
import { type Draft, Drafts } from "../../../web/desk/compose/drafts.ts";

/** The customer was last there, having written so often. */
function heard(identityId: string, messageVersion: number) {
  const routes = ["sms", "chat", "mail"].map(
    (each) => ({ identityId: each, isLastUsed: each === identityId }) as Route,
  );
  return { conversation: { identityId, messageVersion }, routes };
}

const empty = new Drafts(() => "key").get("cnv_1", "reply");
const begun: Draft = { ...empty, text: "Hello" };
const chosen = (identityId: string, messageVersion: number) =>
  destinationAt({ identityId }, { identityId, messageVersion }, true);

/** What the agent sees: where it goes, and where it could go along to. */
const seen = (where: ReturnType<typeof heard>, draft: Draft) => {
  const { route, newer } = settle({ ...where, draft });
  return [route?.identityId, newer?.identityId];
};

describe("a reply that is not begun", () => {
  it("goes where the customer wrote last", () => {
    expect(seen(heard("sms", 1), empty)).toEqual(["sms", undefined]);
    expect(seen(heard("chat", 2), empty)).toEqual(["chat", undefined]);
  });

  it("goes where its agent has chosen, until the customer writes again from elsewhere", () => {
    const draft = { ...empty, destination: chosen("mail", 1) };
    expect(seen(heard("sms", 1), draft)).toEqual(["mail", undefined]);
    expect(seen(heard("mail", 2), draft)).toEqual(["mail", undefined]);
    expect(seen(heard("sms", 2), draft)).toEqual(["sms", undefined]);
    expect(settle({ ...heard("sms", 2), draft }).destination).toBeUndefined();
  });

  it("lets go of where one was begun before", () => {
    const draft = { ...empty, destination: destinationAt({ identityId: "sms" }, heard("sms", 1).conversation, false) };
    expect(settle({ ...heard("chat", 2), draft })).toMatchObject({ destination: undefined, newer: undefined });
  });
});

describe("a reply that is begun", () => {
  it.each([
    ["a text", begun],
    ["answers to choose from", { ...empty, quickReplies: [""] }],
  ])("with %s stays where it was begun, and may go along", (_, draft) => {
    const { destination } = settle({ ...heard("sms", 1), draft });
    expect(destination).toEqual({ identityId: "sms", isChosen: false, since: 1 });
    expect(seen(heard("sms", 2), { ...draft, destination })).toEqual(["sms", undefined]);
    expect(seen(heard("chat", 3), { ...draft, destination })).toEqual(["sms", "chat"]);
  });

  it("stays where its agent has chosen, and may go along only with what came since", () => {
    const draft = { ...begun, destination: chosen("mail", 1) };
    expect(seen(heard("sms", 1), draft)).toEqual(["mail", undefined]);
    expect(seen(heard("sms", 2), draft)).toEqual(["mail", "sms"]);
    expect(seen(heard("sms", 2), { ...draft, destination: chosen("sms", 2) })).toEqual(["sms", undefined]);
  });

  it("goes where the customer wrote last once its own address is none of theirs any more", () => {
    const draft = { ...begun, destination: chosen("gone", 1) };
    expect(seen(heard("sms", 1), draft)).toEqual(["sms", undefined]);
    expect(seen({ ...heard("sms", 1), routes: [] }, draft)).toEqual([undefined, undefined]);
  });
});

it.each([empty, begun, { ...begun, destination: chosen("mail", 1) }, { ...empty, destination: chosen("mail", 1) }])(
  "asked again with the destination that was settled, it settles the same one (%#)",
  (draft) => {
    const where = heard("sms", 2);
    const { destination } = settle({ ...where, draft });
    expect(settle({ ...where, draft: { ...draft, destination } }).destination).toBe(destination);
  },
);
