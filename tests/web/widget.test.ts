import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { chatUrlPlaceholder, run } from "../../functions/pages/run.ts";
import { bundleWidget } from "../../infra/pages/bundle.ts";
import type { HistoryEntry } from "../../shared/channels/web/frames.ts";
import { isTooLong, maxTextBytes } from "../../web/widget/chat.ts";
import { Credentials, subprotocol } from "../../web/widget/credentials.ts";
import { isLink } from "../../web/widget/files.tsx";
import { withLinks } from "../../web/links.tsx";
import { Outbox } from "../../web/widget/outbox.ts";
import { memoryStorage } from "../../web/widget/storage.ts";
import { lineOf, withAcknowledgement, withHistory, withMessage, withStatus } from "../../web/widget/timeline.ts";
import { dictionary, languageOf } from "../../web/widget/words.ts";

describe("the widget's script", () => {
  const maximumCompressedBytes = 30 * 1024;
  let folder: string;
  let script: Buffer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "switchyard-widget-"));
    await bundleWidget(folder);
    script = await readFile(join(folder, "widget.js"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it(`is one file of at most ${maximumCompressedBytes / 1024} KB compressed`, async () => {
    expect(await readdir(folder)).toEqual(["widget.js"]);
    const compressed = gzipSync(script).length;
    console.log(`widget.js ${script.length} bytes, ${compressed} compressed`);
    expect(compressed).toBeLessThanOrEqual(maximumCompressedBytes);
  });

  it("never reads a text as markup", () => {
    expect(script.toString()).not.toMatch(/insertAdjacentHTML|document\.write|\beval\(|new Function/);
  });

  it("knows its chat by the deployment that serves it", () => {
    const asset = { contentType: "text/javascript", body: script.toString() };
    const pages = {
      assets: new Map([["widget.js", asset]]),
      settings: { authorizeUrl: "", tokenUrl: "", logoutUrl: "", clientId: "" },
      socketUrl: "",
      chatUrl: "wss://chat.example/chat",
      bucketOrigin: "https://files.example",
    };
    const { status, body } = run("/widget.js", pages);
    expect(status).toBe(200);
    expect(asset.body.split(chatUrlPlaceholder)).toHaveLength(2);
    expect(body).toContain('"wss://chat.example/chat"');
    expect(run("/widget.js", { ...pages, chatUrl: "" }).status).toBe(404);
  });
});

describe("the widget's words", () => {
  const shapeOf = (value: unknown): unknown =>
    typeof value === "object"
      ? Object.fromEntries(Object.entries(value!).map(([key, each]) => [key, shapeOf(each)]))
      : typeof value;

  it.each(["de", "zh"] as const)("are all there in %s", (language) => {
    expect(shapeOf(dictionary[language])).toEqual(shapeOf(dictionary.en));
    const same = Object.keys(dictionary.en).filter(
      (key) => dictionary[language][key as "title"] === dictionary.en[key as "title"],
    );
    expect(same.filter((key) => key !== "them")).toEqual([]);
  });

  it.each([
    [[undefined, "de-AT", "en"], "de"],
    [["zh-Hant-TW"], "zh"],
    [["fr", "DE"], "de"],
    [["constructor"], "en"],
    [[], "en"],
  ])("for %j are %s", (wanted, expected) => {
    expect(languageOf(wanted)).toBe(expected);
  });
});

describe("links", () => {
  const addresses = (text: string): string[] =>
    withLinks(text).flatMap((part) =>
      typeof part === "object" && part !== null && "props" in part
        ? [(part.props as unknown as { href: string }).href]
        : [],
    );

  it.each([
    ["see https://shop.example/lamps?size=2#top.", ["https://shop.example/lamps?size=2#top"]],
    ["(http://a.example) and https://b.example/x!", ["http://a.example", "https://b.example/x"]],
    ["请看 https://shop.example/灯。谢谢", ["https://shop.example/灯"]],
    ["HTTPS://SHOP.EXAMPLE", ["HTTPS://SHOP.EXAMPLE"]],
    ["javascript:alert(1) data:text/html,x mailto:a@b.c ftp://x.example //x.example www.x.example", []],
    ["https:// http://", []],
    ['https://x.example"onmouseover="alert(1)', ["https://x.example"]],
  ])("in %s", (text, expected) => {
    expect(addresses(text)).toEqual(expected);
  });

  it("leave every character of the text where it was", () => {
    const text = "a https://x.example, b <b>https://y.example/?q=1</b> c";
    const whole = withLinks(text)
      .map((part) =>
        typeof part === "object" && part !== null && "props" in part
          ? (part.props as unknown as { children: string }).children
          : part,
      )
      .join("");
    expect(whole).toBe(text);
  });
});

describe("a file's link", () => {
  it.each([
    ["https://messages.example.com/files/token", true],
    ["http://127.0.0.1:4800/files/token", true],
    ["http://localhost:4800/files/token", true],
    ["http://messages.example.com/files/token", false],
    ["http://127.0.0.1.evil.example/files/token", false],
    ["javascript:alert(1)", false],
    ["JaVaScRiPt://127.0.0.1/%0aalert(1)", false],
    ["data:text/html,<script>alert(1)</script>", false],
    ["blob:https://shop.example/1", false],
    ["/files/token", false],
    ["", false],
  ])("%s is followed: %s", (url, expected) => {
    expect(isLink(url)).toBe(expected);
  });
});

describe("a message", () => {
  it.each([
    ["as much as the router takes", "a".repeat(maxTextBytes), false],
    ["a byte more", "a".repeat(maxTextBytes + 1), true],
    ["as many bytes in fewer characters", "灯".repeat(maxTextBytes / 3 + 1), true],
    ["what is still longer as JSON than a frame may be", '"'.repeat(maxTextBytes), true],
    ["the same with some room for the rest of the frame", '"'.repeat(maxTextBytes - 100), false],
  ])("of %s", (_, text, expected) => {
    expect(isTooLong(text)).toBe(expected);
  });
});

describe("the timeline", () => {
  const at = (second: number): string => new Date(Date.UTC(2026, 10, 2, 9, 0, second)).toISOString();
  const pending = (clientMessageId: string, second: number) =>
    lineOf({ clientMessageId, text: clientMessageId, writtenAt: Date.parse(at(second)) });
  const own = (clientMessageId: string, second: number, status = "received"): HistoryEntry => ({
    messageId: `msg_${clientMessageId}`,
    clientMessageId,
    direction: "in",
    text: clientMessageId,
    at: at(second),
    status,
  });
  const theirs = (messageId: string, second: number, status = "sent"): HistoryEntry => ({
    messageId,
    direction: "out",
    text: messageId,
    at: at(second),
    status,
  });
  const acknowledged = (clientMessageId: string, second: number) => ({
    clientMessageId,
    messageId: `msg_${clientMessageId}`,
    at: at(second),
  });

  it("keeps what was not acknowledged last, whatever the clocks say", () => {
    const lines = withHistory([pending("b", 1), pending("c", 2)], [own("a", 30), theirs("r", 40)]);
    expect(lines.map(({ key }) => key)).toEqual(["a", "r", "b", "c"]);
    expect(withAcknowledgement(lines, acknowledged("b", 50)).map(({ key, status }) => `${key} ${status}`)).toEqual([
      "a received",
      "r new",
      "b sent",
      "c sending",
    ]);
  });

  it("shows a message once, however often it is told", () => {
    let lines = withMessage([], { messageId: "r", text: "r", at: at(1) });
    lines = withMessage(lines, { messageId: "r", text: "r", at: at(1) });
    lines = withHistory(lines, [theirs("r", 1), own("a", 2)]);
    lines = withAcknowledgement(lines, acknowledged("a", 2));
    expect(lines.map(({ key }) => key)).toEqual(["r", "a"]);
  });

  it("shows files under the newest link that it was told", () => {
    const file = (url: string) => [{ name: "map.png", contentType: "image/png", bytes: 3, url }];
    const lines = withMessage([], { messageId: "r", text: "", media: file("https://x.example/1"), at: at(1) });
    expect(lines[0]!.files).toEqual(file("https://x.example/1"));
    const again = withHistory(lines, [{ ...theirs("r", 1), media: file("https://x.example/2") }]);
    expect(again.map(({ files }) => files)).toEqual([file("https://x.example/2")]);
  });

  it("never takes a status back", () => {
    let lines = withAcknowledgement([pending("a", 1)], acknowledged("a", 1));
    lines = withStatus(lines, "msg_a", "read");
    lines = withStatus(lines, "msg_a", "received");
    lines = withAcknowledgement(lines, acknowledged("a", 1));
    lines = withHistory(lines, [own("a", 1, "received")]);
    expect(lines[0]).toMatchObject({ status: "read", at: Date.parse(at(1)) });
  });

  it("counts all before a message that was read as read, and nothing behind it", () => {
    const lines = withHistory([pending("d", 9)], [own("a", 1), theirs("r", 2), own("b", 3), own("c", 4)]);
    expect(withStatus(lines, "msg_b", "read").map(({ status }) => status)).toEqual([
      "read",
      "new",
      "read",
      "received",
      "sending",
    ]);
  });

  it("shows a status that it does not know as received", () => {
    expect(withHistory([], [own("a", 1, "translated")])[0]!.status).toBe("received");
  });
});

describe("the outbox", () => {
  it("keeps the order in which messages were written, over a reload and in one millisecond", () => {
    const storage = memoryStorage();
    const ids = ["z", "m", "a", "q", "b"];
    for (const clientMessageId of ids) new Outbox(storage).add({ clientMessageId, text: `text ${clientMessageId}` });
    const outbox = new Outbox(storage);
    expect(outbox.all().map(({ clientMessageId, text }) => `${clientMessageId} ${text}`)).toEqual(
      ids.map((id) => `${id} text ${id}`),
    );
    outbox.remove("a");
    expect(outbox.all().map(({ clientMessageId }) => clientMessageId)).toEqual(["z", "m", "q", "b"]);
  });

  it("leaves out what somebody else wrote into the storage", () => {
    const storage = memoryStorage();
    storage.set("out:000000000000001:x", "{");
    storage.set("out:000000000000002:y", "7");
    expect(new Outbox(storage).all()).toEqual([]);
  });
});

describe("credentials", () => {
  const token = (claims: object): string => `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.x`;
  const inAnHour = () => Math.floor(Date.now() / 1000) + 3_600;
  const session = () => token({ sub: "ses_1", exp: inAnHour() });
  afterEach(() => void vi.useRealTimers());

  function withSession(): Credentials {
    const credentials = new Credentials(memoryStorage());
    credentials.protocols(true);
    credentials.welcomed(session());
    return credentials;
  }

  it("are our subprotocol, then the session, then a vouch where there may be one", () => {
    const credentials = withSession();
    const vouch = token({ sub: "anna", exp: inAnHour() });
    credentials.vouch(vouch);
    expect(credentials.protocols(false)).toEqual([subprotocol, session()]);
    expect(credentials.protocols(true)).toEqual([subprotocol, session(), vouch]);
    credentials.welcomed(session());
    expect(credentials.hasVouch).toBe(false);
  });

  it("keep a vouch that came while another one was being shown: somebody else has signed in", () => {
    const credentials = withSession();
    credentials.vouch(token({ sub: "anna", exp: inAnHour() }));
    credentials.protocols(true);
    const bert = token({ sub: "bert", exp: inAnHour() });
    credentials.vouch(bert);
    credentials.welcomed(session());
    expect(credentials.protocols(true)).toEqual([subprotocol, session(), bert]);
  });

  it("leave out what has expired", () => {
    const credentials = withSession();
    credentials.vouch(token({ sub: "anna", exp: inAnHour() - 7_200 }));
    expect(credentials.protocols(true)).toEqual([subprotocol, session()]);
    vi.useFakeTimers({ now: Date.now() + 3_700_000 });
    expect(credentials.protocols(true)).toEqual([subprotocol]);
  });

  it("outlast a router that is away", () => {
    const credentials = withSession();
    for (let attempt = 0; attempt < 20; attempt += 1) {
      credentials.protocols(true);
      credentials.refused();
    }
    expect(credentials.session).toBeDefined();
  });

  it("are given up where the router opens without them, and not with them", () => {
    const credentials = withSession();
    for (let attempt = 0; attempt < 4; attempt += 1) {
      expect(credentials.protocols(true)).toHaveLength(2);
      credentials.refused();
    }
    expect(credentials.protocols(true)).toEqual([subprotocol]);
    expect(credentials.opened()).toBe(true);
    expect(credentials.protocols(true)).toHaveLength(2);
    credentials.refused();
    expect(credentials.session).toBeUndefined();
  });

  it("are kept where the router was back just then", () => {
    const credentials = withSession();
    for (let attempt = 0; attempt < 4; attempt += 1) {
      credentials.protocols(true);
      credentials.refused();
    }
    credentials.protocols(true);
    expect(credentials.opened()).toBe(true);
    credentials.protocols(true);
    expect(credentials.opened()).toBe(false);
    credentials.welcomed(session());
    expect(credentials.session).toBe(session());
  });

  it("give up the vouch before the session", () => {
    const credentials = withSession();
    credentials.vouch(token({ sub: "anna", exp: inAnHour() }));
    for (let attempt = 0; attempt < 4; attempt += 1) {
      credentials.protocols(true);
      credentials.refused();
    }
    credentials.protocols(true);
    credentials.opened();
    credentials.protocols(true);
    credentials.refused();
    expect({ vouch: credentials.hasVouch, session: credentials.session }).toEqual({ vouch: false, session: session() });
  });
});
