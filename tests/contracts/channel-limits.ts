import { describe, expect, it } from "vitest";
import type { Channel } from "../../shared/channels/channel.ts";
import { canSend, type CanSendVerdict, type RefusalReason, type SendFacts } from "../../shared/core/canSend.ts";
import type { Inbox } from "../../shared/core/inbox.ts";
import { partsOf } from "../../shared/core/parts.ts";
import type { WebhookSamples } from "./channel-samples.ts";

/**
 * What a channel's README says that it takes, in figures: written down here once more, so that none of those in its
 * capabilities changes by itself.
 */
export interface LimitsSheet {
  /** of one message; what is longer becomes so many of them at most. `bytes`: of UTF-8, where the provider counts so */
  text: { characters: number; bytes?: number; messages: number };
  /** texts and of how many pieces each is billed; absent: a message is one */
  pieces?: [text: string, count: number][];
  files: {
    onOneMessage: number;
    /** the largest of each MIME type alone, `*` for any behind the slash; whatever is not here is refused */
    bytes: Record<string, number>;
    /** of all on one message, and whether what is more is refused or goes on another; absent: each counts for itself */
    together?: { bytes: number; isRefusedAbove?: true };
    /** of a text on the same message; 0: it goes out before them */
    captionCharacters: number;
    /** types whose text goes out before them all the same */
    withoutCaption?: string[];
    /** names that are refused whatever their type */
    refusedNames?: string[];
  };
  /** `textCharacters`: of the text above them, where that is less than of others */
  quickReplies?: { count: number; characters: number; textCharacters?: number };
  /** absent: it may be written at any time */
  window?: { hours: number; humanAgentDays?: number };
  templates?: true;
  needsConsent?: true;
  needsReplyUrl?: true;
  /** STOP is heeded */
  optOut?: true;
  /** countries are allowed one by one */
  telephone?: true;
  rates?: [messages: number, seconds: number, per: "inbox" | "address"][];
  addresses: { reachable: string[]; unreachable: string[] };
}

type Outcome = RefusalReason | "goes out" | "goes out as a person's";
type Change = Partial<SendFacts>;
/** An ordinary reply but for a change, and what the gate makes of it. */
type GateCase = [name: string, change: Change, outcome: Outcome];
/** The same, and of how many messages it consists. */
type PartsCase = [name: string, change: Change, messages: number];

const now = Date.parse("2026-03-04T10:00:00.000Z");
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const before = (milliseconds: number): string => new Date(now - milliseconds).toISOString();

const characters = (count: number): string => "x".repeat(count);
/** Two bytes each. */
const letters = (count: number): string => "ä".repeat(count);
const answers = (count: number, length: number): string[] =>
  Array.from({ length: count }, (_, position) => String(position).padStart(length, "0"));

const fileOf = (type: string, bytes = 1, name = "file"): SendFacts["files"][number] => ({
  contentType: type.replace("*/", "application/").replace("/*", "/x-unknown"),
  bytes,
  name,
});
const filesOf = (count: number, type: string, bytes?: number) =>
  Array.from({ length: count }, () => fileOf(type, bytes));

const inboxOf = ({ name, provider }: Channel): Inbox => ({
  id: "main",
  channel: name,
  provider,
  address: "main",
  replyUrl: "https://counter.example/replies",
});

/** Asks the gate, and what divides replies, about the channel's own data. */
export function describeLimits(channel: Channel, sheet: LimitsSheet, webhook: WebhookSamples | undefined): void {
  const { capabilities } = channel;
  const inbox = inboxOf(channel);
  const facts: SendFacts = {
    text: "Hello.",
    files: [],
    quickReplies: [],
    isAutomatic: false,
    address: sheet.addresses.reachable[0] ?? "",
    inboxId: inbox.id,
    inbox,
    identity: { optOuts: {}, evidence: [{ kind: "first-contact", at: before(day) }] },
    capabilities,
    templates: [{ id: "hello", parameters: [] }],
    lastInboundAt: before(hour),
    spentMicros: 0,
    now,
  };

  describe("its limits", () => {
    const gateCases = [textCases, fileCases, answerCases, timeCases, peopleCases].flatMap((of) => of(sheet, inbox));
    it.each(gateCases)("let through or refuse %s", (_, change, outcome) => {
      expect(outcomeOf(canSend({ ...facts, ...change }))).toBe(outcome);
    });

    it.each(partsCases(sheet))("make %s, as many messages as that is", (_, change, messages) => {
      expect(partsOf({ ...facts, ...change }, capabilities)).toHaveLength(messages);
    });

    it("name the types of files, and no others", () => {
      const verdict = canSend({ ...facts, files: filesOf(11, "image/jpeg") });
      const told = verdict.ok ? [] : verdict.alternatives.flatMap((each) => ("types" in each ? each.types : []));
      expect(told.toSorted()).toEqual(Object.keys(sheet.files.bytes).toSorted());
    });

    it("say how fast it takes messages", () => {
      const rates = capabilities.rates?.map(({ messages, seconds, per }) => [messages, seconds, per]);
      expect(rates).toStrictEqual(sheet.rates);
    });

    const word = sheet.optOut ? "stop" : undefined;
    it.each(webhook ? [webhook] : [])("heed STOP, or take it for any other word", ({ message, config }) => {
      const parsed = channel.webhook?.parse(message("STOP", 1), config);
      expect(parsed?.map((item) => (item.kind === "message" ? item.optOut : item))).toEqual([word]);
    });
  });
}

const outcomeOf = (verdict: CanSendVerdict): Outcome =>
  verdict.ok ? (verdict.asHumanAgent ? "goes out as a person's" : "goes out") : verdict.reason;

function textCases({ text, pieces }: LimitsSheet, inbox: Inbox): GateCase[] {
  const longest = text.characters * text.messages;
  const billed = pieces ?? [[characters(text.characters), 1] as const];
  const capOf = (perDayMicros: number): Change => ({
    inbox: { ...inbox, spendCap: { perDayMicros, currency: "EUR", priceMicros: [{ prefix: "", micros: 1 }] } },
  });
  return [
    [`${longest} characters`, { text: characters(longest) }, "goes out"],
    ["one more", { text: characters(longest + 1) }, "text-too-long"],
    ...billed.flatMap(([written, count]): GateCase[] => [
      [`${written.length} characters where ${count} are paid`, { text: written, ...capOf(count) }, "goes out"],
      ["the same where one less is", { text: written, ...capOf(count - 1) }, "spend-cap"],
    ]),
  ];
}

function fileCases({ files }: LimitsSheet): GateCase[] {
  const types = Object.keys(files.bytes);
  const [type = "image/jpeg"] = types;
  const named = (name: string): Change => ({ files: [fileOf(type, 1, name)] });
  const isTaken = types.length > 0;
  const { together, refusedNames } = files;
  return [
    ["files", { files: filesOf(10, type), text: "" }, isTaken ? "goes out" : "files-not-taken"],
    ["more than a reply has", { files: filesOf(11, type), text: "" }, "files-not-taken"],
    ...Object.entries(files.bytes).flatMap(([each, bytes]): GateCase[] => [
      [`${each} of ${bytes} bytes`, { files: [fileOf(each, bytes)], text: "" }, "goes out"],
      [`${each} of one more`, { files: [fileOf(each, bytes + 1)], text: "" }, "file-too-large"],
    ]),
    ...when<GateCase>(!types.includes("*/*"), ["another type", { files: [fileOf("chemical/x")] }, "files-not-taken"]),
    ...when<GateCase>(isTaken, ["an ordinary name", named("letter.pdf"), "goes out"]),
    ...when<GateCase>(isTaken && !refusedNames, ["a program's name", named("run.exe"), "goes out"]),
    ...(refusedNames ?? []).map((name): GateCase => [name, named(name), "files-not-taken"]),
    ...(together ? aroundTotal(together, type) : []),
  ];
}

function aroundTotal({ bytes, isRefusedAbove }: NonNullable<LimitsSheet["files"]["together"]>, type: string) {
  const above = isRefusedAbove ? "file-too-large" : "goes out";
  return [
    [`files of ${bytes} bytes together`, { files: twoOf(bytes, type) }, "goes out"],
    ["files of one more", { files: twoOf(bytes + 1, type) }, above],
  ] satisfies GateCase[];
}

const twoOf = (bytes: number, type: string) => [
  fileOf(type, Math.floor(bytes / 2)),
  fileOf(type, Math.ceil(bytes / 2)),
];

function answerCases({ quickReplies }: LimitsSheet): GateCase[] {
  const refused = "quick-replies-not-taken";
  if (!quickReplies) return [["an answer to choose from", { quickReplies: ["Yes"] }, refused]];
  const { count, characters: length } = quickReplies;
  return [
    [`${count} answers to choose from, of ${length} characters`, { quickReplies: answers(count, length) }, "goes out"],
    ["one more", { quickReplies: answers(count + 1, length) }, refused],
    ["one that is longer", { quickReplies: answers(1, length + 1) }, refused],
  ];
}

function timeCases({ window, templates }: LimitsSheet): GateCase[] {
  const years = { lastInboundAt: before(3_650 * day) };
  const never = { lastInboundAt: undefined };
  const template = { id: "hello", name: "hello_1", language: "en", parameters: [] };
  const plain: GateCase[] = [
    ["a template", { template }, templates ? "goes out" : "template-not-taken"],
    ...when<GateCase>(templates, ["a template after years", { template, ...years }, "goes out"]),
    ...when<GateCase>(templates, ["a template to who never wrote", { template, ...never }, "goes out"]),
    ["a message to who never wrote", never, window ? "window-closed" : "goes out"],
    ["a message after years", years, window ? "window-closed" : "goes out"],
    ["an answer by itself after years", { isAutomatic: true, ...years }, window ? "window-closed" : "goes out"],
  ];
  if (!window) return plain;
  const { hours, humanAgentDays } = window;
  const ago = (milliseconds: number): Change => ({ lastInboundAt: before(milliseconds) });
  const later = humanAgentDays === undefined ? "window-closed" : "goes out as a person's";
  return [
    ...plain,
    [`the last minute of ${hours} hours`, ago(hours * hour - minute), "goes out"],
    ["an answer by itself then", { isAutomatic: true, ...ago(hours * hour - minute) }, "goes out"],
    ["the first minute after that", ago(hours * hour), later],
    ["an answer by itself then", { isAutomatic: true, ...ago(hours * hour) }, "window-closed"],
    ...(humanAgentDays === undefined ? [] : aroundHumanAgent(humanAgentDays)),
  ];
}

const aroundHumanAgent = (days: number): GateCase[] => [
  [`the last minute of ${days} days`, { lastInboundAt: before(days * day - minute) }, "goes out as a person's"],
  ["the first minute after that", { lastInboundAt: before(days * day) }, "window-closed"],
];

function peopleCases(sheet: LimitsSheet, inbox: Inbox): GateCase[] {
  const evidence = [{ kind: "imported" as const, at: before(day) }];
  const imported = (consent?: { at: string; by: string }): Change => ({
    identity: { optOuts: {}, evidence, consent },
    lastInboundAt: undefined,
  });
  const agreed = imported({ at: before(day), by: "crm" });
  const unasked = sheet.window ? "window-closed" : "goes out";
  return [
    ["a message to somebody of an imported record", imported(), sheet.needsConsent ? "no-consent" : unasked],
    ["a message to them once they agreed", agreed, unasked],
    ["no country", { inbox: { ...inbox, countries: [] } }, sheet.telephone ? "country-not-allowed" : "goes out"],
    ["no replyUrl", { inbox: { ...inbox, replyUrl: undefined } }, sheet.needsReplyUrl ? "no-route-back" : "goes out"],
    ...sheet.addresses.reachable.map((address): GateCase => [address, { address }, "goes out"]),
    ...sheet.addresses.unreachable.map((address): GateCase => [address, { address }, "no-route-back"]),
  ];
}

function partsCases({ text, files, quickReplies }: LimitsSheet): PartsCase[] {
  const { onOneMessage, together } = files;
  const [type = ""] = Object.keys(files.bytes);
  const wide = text.bytes === undefined ? text.characters : text.bytes / 2;
  const { textCharacters = text.characters } = quickReplies ?? {};
  return [
    [`${text.characters} characters`, { text: characters(text.characters) }, 1],
    ["one more", { text: characters(text.characters + 1) }, 2],
    [`${wide} letters of two bytes`, { text: letters(wide) }, 1],
    ["one character more", { text: `${letters(wide)}x` }, 2],
    ...when<PartsCase>(quickReplies, [
      "a text over answers",
      { text: characters(textCharacters), quickReplies: ["Yes"] },
      1,
    ]),
    ...when<PartsCase>(quickReplies, [
      "a longer one",
      { text: characters(textCharacters + 1), quickReplies: ["Yes"] },
      2,
    ]),
    ...when<PartsCase>(onOneMessage, [`${onOneMessage} files`, { files: filesOf(onOneMessage, type), text: "" }, 1]),
    ...when<PartsCase>(onOneMessage, ["one file more", { files: filesOf(onOneMessage + 1, type), text: "" }, 2]),
    ...when<PartsCase>(together, [
      "files up to the limit together",
      { files: twoOf(together?.bytes ?? 0, type), text: "" },
      1,
    ]),
    ...when<PartsCase>(together, ["files over it", { files: twoOf((together?.bytes ?? 0) + 1, type), text: "" }, 2]),
    ...when<PartsCase>(onOneMessage && !together, [
      "the largest files",
      { files: filesOf(onOneMessage, type, files.bytes[type]), text: "" },
      1,
    ]),
    ...Object.keys(files.bytes).flatMap((each) => captionCases(each, { text, files })),
  ];
}

function captionCases(type: string, { text, files }: Pick<LimitsSheet, "text" | "files">): PartsCase[] {
  const most = files.withoutCaption?.includes(type) ? 0 : files.captionCharacters;
  const withText = (count: number): Change => ({ text: characters(count), files: [fileOf(type)] });
  return [
    ...when<PartsCase>(most, [`${type} under ${most} characters`, withText(most), 1]),
    [`${type} under one more`, withText(most + 1), 1 + Math.ceil((most + 1) / text.characters)],
  ];
}

const when = <Row>(is: unknown, row: Row): Row[] => (is ? [row] : []);
