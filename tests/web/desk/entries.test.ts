import { describe, expect, it } from "vitest";
import type { Context, Message, MessageFile, Received, Sent } from "../../../web/desk/api/types.ts";
import { entriesOf, isPicture } from "../../../web/desk/thread/entries.ts";

const picture: MessageFile = {
  contentType: "image/jpeg",
  name: "kettle.jpg",
  bytes: 100,
  contentId: null,
  state: "stored",
  problem: null,
};

const shared = {
  conversationId: "cnv_1",
  identityId: "idn_1",
  channel: "whatsapp",
  inboxId: "whatsapp",
  subject: null,
  wholeText: null,
  fullText: null,
  html: null,
  media: [],
  context: null,
  part: null,
  template: null,
  quickReplies: [],
};
let second = 0;
const at = (): string => new Date(Date.UTC(2026, 10, 22, 9, 0, (second += 1))).toISOString();

const received = (id: string, some: Partial<Received> = {}): Message => ({
  ...shared,
  id,
  text: `text of ${id}`,
  order: id,
  createdAt: at(),
  direction: "in",
  status: "received",
  author: null,
  optOut: null,
  senderName: null,
  automatic: null,
  marks: [],
  unknownFields: null,
  ...some,
});

const sent = (id: string, some: Partial<Sent> = {}): Message => ({
  ...shared,
  id,
  text: `text of ${id}`,
  order: id,
  createdAt: at(),
  direction: "out",
  status: "sent",
  author: "agent-en",
  to: "+4915112345678",
  sendId: `snd_${id}`,
  statusAt: at(),
  error: null,
  afterReassignment: false,
  ...some,
});

const context = (kind: Context["kind"], messageId: string | null): Context => ({
  kind,
  messageId,
  note: null,
  url: null,
  choiceId: null,
});

const shown = (messages: Message[]) =>
  entriesOf(messages).map(({ kind, messages: some }) => `${kind}: ${some.map(({ id }) => id).join(" ")}`);

describe("pictures", () => {
  const pictureOf = (id: string, some: Partial<Received> = {}): Message =>
    received(id, { text: "", media: [picture], ...some });

  it("of one sender right after one another are one album, with one text at most", () => {
    expect(shown([pictureOf("a", { text: "Look:" }), pictureOf("b"), pictureOf("c")])).toEqual(["album: a b c"]);
    expect(shown([pictureOf("a", { text: "One" }), pictureOf("b", { text: "Two" })])).toEqual([
      "message: a",
      "message: b",
    ]);
  });

  it.each<[string, Message[]]>([
    ["another sender", [pictureOf("a"), pictureOf("b", { identityId: "idn_2" })]],
    ["a minute and more between them", [pictureOf("a"), pictureOf("b", { createdAt: "2026-11-22T10:00:00.000Z" })]],
    ["an answer to something", [pictureOf("a"), pictureOf("b", { context: context("reply", null) })]],
    ["another kind of file", [pictureOf("a"), pictureOf("b", { media: [{ ...picture, contentType: "video/mp4" }] })]],
    ["one that can't be had", [pictureOf("a"), pictureOf("b", { media: [{ ...picture, state: "unavailable" }] })]],
    ["a warning", [pictureOf("a"), pictureOf("b", { marks: ["spam"] })]],
    ["our own", [pictureOf("a"), sent("b", { text: "", media: [picture] })]],
  ])("are none with %s", (_, messages) => {
    expect(shown(messages)).toEqual(["message: a", "message: b"]);
  });

  it("have their place in it while they are being fetched", () => {
    expect(shown([pictureOf("a"), pictureOf("b", { media: [{ ...picture, state: "pending" }] })])).toEqual([
      "album: a b",
    ]);
  });

  it("are what a browser shows without running anything", () => {
    expect(isPicture(picture)).toBe(true);
    expect(isPicture({ ...picture, contentType: "image/svg+xml" })).toBe(false);
    expect(isPicture({ ...picture, state: "unavailable" })).toBe(false);
  });
});

describe("parts of a reply", () => {
  const part = (index: number): Partial<Sent> => ({ part: { index, count: 3, firstId: "a" } });

  it("are one, in their order, whatever came between them", () => {
    const messages = [sent("c", part(2)), received("x"), sent("a", part(0)), sent("b", part(1))];
    expect(shown(messages)).toEqual(["parts: a b c", "message: x"]);
  });
});

describe("what is about another message", () => {
  it("stands with it where it is a reaction: each customer's last one", () => {
    const messages = [
      sent("a"),
      received("b", { text: "👍", context: context("reaction", "a") }),
      received("c", { text: "❤️", context: context("reaction", "a") }),
      received("d", { text: "😂", context: context("reaction", "a"), identityId: "idn_2" }),
    ];
    expect(entriesOf(messages)).toMatchObject([{ kind: "message", reactions: ["❤️", "😂"] }]);
    expect(entriesOf(messages)).toHaveLength(1);
  });

  it("is a line where nobody knows what it was about", () => {
    expect(shown([received("b", { context: context("reaction", null) })])).toEqual(["line: b"]);
    expect(shown([received("b", { context: context("reaction", "elsewhere") })])).toEqual(["line: b"]);
    expect(shown([received("b", { context: context("address-change", null) })])).toEqual(["line: b"]);
  });

  it("says of what was changed or taken back that it was", () => {
    const messages = [
      received("a"),
      received("b"),
      received("c", { context: context("edit", "a") }),
      received("d", { context: context("deletion", "b") }),
    ];
    expect(entriesOf(messages)).toMatchObject([
      { since: "edit" },
      { since: "deletion" },
      { kind: "message", about: { id: "a" } },
      { kind: "line", about: { id: "b" } },
    ]);
  });

  it("names what it answers", () => {
    const [, answer] = entriesOf([sent("a"), received("b", { context: context("reply", "a") })]);
    expect(answer!.about?.id).toBe("a");
  });
});
