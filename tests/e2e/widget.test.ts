import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT } from "jose";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { barriers } from "./barriers.ts";
import { type BrowserUnderTest, startBrowser, watchConsole } from "./browser.ts";
import { tabTo } from "./desk-page.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";
import { type HostPage, hostPage } from "./host-page.ts";
import { contract, dot, upload } from "./upload.ts";

/* The widget as customers have it before them: on somebody else's page, on a phone, by keyboard alone. */

const holder = "agent-en";
/** pictures for people to look at */
const pictures = join(tmpdir(), "switchyard-widget");
let cloud: CloudUnderTest;
let browser: BrowserUnderTest;
const open: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  browser = await startBrowser();
  cloud = await startCloud();
  expect((await cloud.api(holder, "PUT", `/agents/${holder}/presence`, { status: "available" })).status).toBe(200);
});
afterAll(async () => {
  await browser?.close();
  await cloud?.stop();
});
afterEach(async () => {
  for (const each of open.splice(0)) await each.stop();
  const { body } = await cloud.api(holder, "GET", `/conversations?status=assigned`);
  for (const { id } of body.items) await cloud.api(holder, "POST", `/conversations/${id}/resolve`, {});
});

interface Customer {
  page: Page;
  complaints: string[];
  host: HostPage;
}

async function visit(
  options: { language?: string; isHostile?: boolean; hasPictures?: boolean } = {},
  look: BrowserContextOptions = { viewport: { width: 1280, height: 800 } },
): Promise<Customer> {
  const host = await hostPage(cloud.baseUrl, options);
  const context = await browser.open(look);
  open.push({ stop: () => context.close() }, host);
  context.setDefaultTimeout(10_000);
  // What a network does: the socket is gone, and nobody said why.
  await context.addInitScript(() => {
    const sockets: WebSocket[] = [];
    const Original = WebSocket;
    Object.assign(window, { sockets });
    window.WebSocket = class extends Original {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    };
  });
  const page = await context.newPage();
  const complaints = watchConsole(page);
  await page.goto(host.url);
  await page.getByRole("button", { name: /chat|聊天/i }).waitFor();
  return { page, complaints, host };
}

const cut = (page: Page): Promise<void> =>
  page.evaluate(() => (window as unknown as { sockets: WebSocket[] }).sockets.at(-1)?.close());
const bubble = (page: Page, text: string) => page.getByRole("log").getByRole("listitem").filter({ hasText: text });

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox").fill(text);
  await page.keyboard.press("Enter");
}

interface Shown {
  id: string;
  subject: string;
  address: string;
}

const assigned = (subject: string): Promise<Shown> =>
  until(`${subject} is assigned`, async () => {
    const { body } = await cloud.api(holder, "GET", "/conversations?status=assigned");
    return body.items.find((item: Shown) => item.subject === subject);
  });

const texts = async ({ id }: Shown): Promise<string[]> => {
  const { body } = await cloud.api(holder, "GET", `/conversations/${id}/messages`);
  return body.items.map(({ text }: { text: string }) => text);
};

let replies = 0;
async function reply({ id }: Shown, text: string | undefined, media?: string[]): Promise<void> {
  replies += 1;
  const headers = { "idempotency-key": `widget-${replies}` };
  expect((await cloud.api(holder, "POST", `/conversations/${id}/messages`, { text, media }, headers)).status).toBe(202);
}

describe.each([
  { width: 1280, colorScheme: "light", language: "en" },
  { width: 1280, colorScheme: "dark", language: "de-AT" },
  { width: 390, colorScheme: "light", language: "zh-Hans" },
  { width: 390, colorScheme: "dark", language: "en" },
] as const)("$width pixels wide, $colorScheme, $language", ({ width, colorScheme, language }) => {
  test("has no barrier, fits, and is large enough to touch", async () => {
    const { page, complaints } = await visit({ language }, { viewport: { width, height: 844 }, colorScheme });
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: /chat|聊天/i }).click();
    const question = `Hello, do you have lamps? ${width} ${colorScheme}`;
    await write(page, question);
    const conversation = await assigned(question);
    await reply(conversation, "We have many: https://shop.example/lamps. Which one do you like?");
    await bubble(page, "We have many").waitFor();
    await write(page, "The green one.\nOr the blue one, if there is no green one left in the shop near the station.");
    await until("it was taken up", async () => (await bubble(page, "The green one").locator(".status").count()) === 1);
    expect(await barriers(page)).toEqual([]);
    const box = await page.getByRole("dialog").boundingBox();
    expect(box).toMatchObject(width === 390 ? { x: 0, y: 0, width, height: 844 } : { width: 384, height: 600 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    for (const target of await page.getByRole("dialog").locator("button, textarea").all()) {
      const { width: across = 0, height = 0 } = (await target.boundingBox()) ?? {};
      expect(Math.min(across, height)).toBeGreaterThanOrEqual(44);
    }
    await page.screenshot({ path: join(pictures, `${width}-${colorScheme}-${language}.png`) });
    expect(complaints).toEqual([]);
  });
});

test("a page's styles don't reach into it, nor hide it", async () => {
  const { page, complaints } = await visit({ isHostile: true });
  const launcher = page.getByRole("button", { name: "Open chat" });
  expect(await launcher.boundingBox()).toEqual({ x: 1280 - 16 - 56, y: 800 - 16 - 56, width: 56, height: 56 });
  await launcher.click();
  const field = page.getByRole("textbox", { name: "Your message" });
  const style = await field.evaluate((element) => {
    const { color, fontSize, letterSpacing, direction, textTransform } = getComputedStyle(element);
    return { color, fontSize, letterSpacing, direction, textTransform };
  });
  expect(style).toEqual({
    color: "rgb(21, 25, 31)",
    fontSize: "16px",
    letterSpacing: "normal",
    direction: "ltr",
    textTransform: "none",
  });
  expect(await page.getByRole("dialog").evaluate((element) => getComputedStyle(element).direction)).toBe("ltr");
  await page.screenshot({ path: join(pictures, "hostile.png"), animations: "disabled" });
  expect(complaints).toEqual([]);
});

test("the keyboard is enough: open, write two lines, read the answer, leave", async () => {
  const { page } = await visit();
  await tabTo(page, page.getByRole("link", { name: "More" }));
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Switchyard Service" }).waitFor();
  await page.keyboard.type("Hello, by keyboard");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("on two lines");
  await page.keyboard.press("Enter");
  const conversation = await assigned("Hello, by keyboard");
  expect(await texts(conversation)).toEqual(["Hello, by keyboard\non two lines"]);
  await bubble(page, "on two lines").getByText("Received").waitFor();
  await page.keyboard.press("Shift+Tab");
  expect(await page.evaluate(focusedRole)).toBe("log");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await page.evaluate(focusedRole)).toBe("launcher");
  await reply(conversation, "Welcome.");
  await page.getByRole("button", { name: "Open chat, 1 new message" }).waitFor();
  await page.keyboard.press("Enter");
  await bubble(page, "Welcome.").waitFor();
  await page.keyboard.press("Escape");
  expect(await page.getByRole("button", { name: "Open chat", exact: true }).count()).toBe(1);
});

function focusedRole(): string | null {
  const { shadowRoot } = document.activeElement!;
  return shadowRoot!.activeElement!.getAttribute("role") ?? shadowRoot!.activeElement!.className;
}

test("markup stays text, and only web addresses become links", async () => {
  const { page } = await visit();
  await page.getByRole("button", { name: "Open chat" }).click();
  const markup = 'Hello, markup\n<img src=x onerror="document.title=1"> javascript:alert(1) http://a.example/?x=<b>"y';
  await write(page, markup);
  await reply(await assigned("Hello, markup"), markup);
  await until("both are there", async () => (await bubble(page, "onerror").count()) === 2);
  for (const each of await bubble(page, "onerror").all()) {
    expect(await each.locator(".text").textContent()).toBe(markup);
    const links = each.getByRole("link");
    expect(await links.count()).toBe(1);
    expect(await links.getAttribute("href")).toBe("http://a.example/?x=");
    expect(await links.getAttribute("rel")).toContain("noopener");
  }
  expect(await page.title()).toBe("A shop");
});

test("an agent's picture is shown in a place of its own size, and a document by its name", async () => {
  const { page, complaints } = await visit();
  await page.getByRole("button", { name: "Open chat" }).click();
  await write(page, "Hello, where are you?");
  await reply(await assigned("Hello, where are you?"), "Here we are.", await upload(cloud, holder, dot, contract));
  const message = bubble(page, "Here we are.");
  const picture = message.getByRole("img", { name: dot.name });
  await until("the picture is there", () => picture.evaluate((image: HTMLImageElement) => image.naturalWidth === 1));
  expect(await picture.boundingBox()).toMatchObject({ width: 220, height: 165 });
  const document = message.getByRole("link", { name: contract.name });
  const file = await fetch((await document.getAttribute("href"))!);
  expect([file.status, file.headers.get("content-disposition")]).toEqual([200, expect.stringMatching(/^attachment;/)]);
  expect(await document.getAttribute("rel")).toContain("noopener");
  expect((await document.boundingBox())!.height).toBeGreaterThanOrEqual(44);
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: join(pictures, "files.png") });
  // A connection later the picture has another link, and stays as it is.
  const source = await picture.getAttribute("src");
  const link = message.locator("a.picture");
  const before = await link.getAttribute("href");
  await cloud.clock.advance(60_000);
  await cut(page);
  await until("the link is a new one", async () => (await link.getAttribute("href")) !== before);
  expect(await picture.getAttribute("src")).toBe(source);
  expect(complaints).toEqual([]);
});

test("a page that lets no picture of the router's in has its name", async () => {
  const { page, complaints } = await visit({ hasPictures: false });
  await page.getByRole("button", { name: "Open chat" }).click();
  await write(page, "Hello, where are you now?");
  await reply(await assigned("Hello, where are you now?"), undefined, await upload(cloud, holder, dot));
  await page.getByRole("log").getByRole("link", { name: dot.name }).waitFor();
  expect(await page.getByRole("log").getByRole("img").count()).toBe(0);
  expect(complaints.filter((line) => !line.includes("Content Security Policy"))).toEqual([]);
});

test("both sides see that the other types, and what was read", async () => {
  const { page } = await visit();
  await page.getByRole("button", { name: "Open chat" }).click();
  await write(page, "Hello, is anybody there?");
  const conversation = await assigned("Hello, is anybody there?");
  const { body } = await cloud.api(holder, "POST", "/socket-tickets");
  const desk = new WebSocket(body.url);
  const frames: string[] = [];
  desk.addEventListener("message", ({ data }) => frames.push(String(data)));
  await until("the desk is open", () => desk.readyState === WebSocket.OPEN);
  await page.getByRole("textbox").pressSequentially("I am wri");
  await until("the desk sees typing", () => frames.some((frame) => frame.includes('"typing"')));
  desk.send(JSON.stringify({ type: "viewing", conversationId: conversation.id, typing: true }));
  await page.getByText("Someone is typing …").waitFor();
  await bubble(page, "Hello, is anybody there?").getByText("Read").waitFor();
  await reply(conversation, "Yes, I am.");
  await bubble(page, "Yes, I am.").waitFor();
  await until("it was read", async () => {
    const { body: messages } = await cloud.api(holder, "GET", `/conversations/${conversation.id}/messages`);
    return messages.items.at(-1).status === "read";
  });
  expect(await page.getByText("Someone is typing …").count()).toBe(0);
  desk.close();
});

test("a lost connection and a reload in mid-send lose and double nothing", async () => {
  const { page } = await visit();
  await page.getByRole("button", { name: "Open chat" }).click();
  const sent = ["Hello, this is the first part"];
  await write(page, sent[0]!);
  const conversation = await assigned(sent[0]!);
  for (let count = 2; count <= 12; count += 1) {
    sent.push(`part ${count}`);
    await write(page, sent.at(-1)!);
    if (count % 4 === 0) await cut(page);
    if (count % 6 === 0) {
      await page.reload();
      await page.getByRole("button", { name: "Open chat" }).click();
    }
  }
  await until("all are there", async () => (await texts(conversation)).length === sent.length, 20_000);
  await bubble(page, "part 12").getByText("Received").waitFor();
  expect(await texts(conversation)).toEqual(sent);
  expect(await page.getByRole("log").locator("li .text").allTextContents()).toEqual(sent);
});

test("says that it is offline, and sends what was written as soon as it is back", async () => {
  const { page } = await visit();
  await page.getByRole("button", { name: "Open chat" }).click();
  await page.context().setOffline(true);
  await cut(page);
  await page.getByText("You are offline.").waitFor();
  await write(page, "Hello, written in a tunnel");
  await bubble(page, "written in a tunnel").getByText("Sending").waitFor();
  await page.screenshot({ path: join(pictures, "offline.png") });
  await page.context().setOffline(false);
  const conversation = await assigned("Hello, written in a tunnel");
  await bubble(page, "written in a tunnel").getByText("Received").waitFor();
  expect(await texts(conversation)).toEqual(["Hello, written in a tunnel"]);
});

test("who signs in on the page takes along what they wrote, and who signs out leaves nothing", async () => {
  const { page } = await visit();
  await page.getByRole("button", { name: "Open chat" }).click();
  await write(page, "Hello, before I sign in");
  await assigned("Hello, before I sign in");
  const whole = { sub: "widget-customer", aud: "web", exp: Math.floor(cloud.clock.now() / 1000) + 300 };
  const key = new TextEncoder().encode(cloud.vouchSecret);
  const token = await new SignJWT(whole).setProtectedHeader({ alg: "HS256" }).sign(key);
  await page.evaluate((vouch) => window.switchyard!.vouch(vouch), token);
  await write(page, "And now I am somebody");
  const conversation = await until("it is the person's", async () => {
    const shown = await assigned("Hello, before I sign in");
    return shown.address === "user:widget-customer" && shown;
  });
  expect(await texts(conversation)).toEqual(["Hello, before I sign in", "And now I am somebody"]);
  expect(await page.getByRole("log").locator("li").count()).toBe(2);
  await page.evaluate(() => window.switchyard!.vouch(null));
  await page.getByRole("button", { name: "Open chat" }).click();
  await page.getByText("Write to us.").waitFor();
  expect(await page.getByRole("log").locator("li").count()).toBe(0);
  await page.evaluate(() => window.switchyard!.destroy());
  expect(await page.locator("switchyard-chat").count()).toBe(0);
});

test("the router's policies let the one script be loaded by any page, and nothing else", async () => {
  const script = await fetch(`${cloud.baseUrl}/widget.js`);
  expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(script.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  const body = await script.text();
  expect(body).toContain(cloud.chatUrl);
  expect(body).not.toContain(".invalid");
});
