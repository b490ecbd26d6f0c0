import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Route } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type BrowserUnderTest, startBrowser } from "./browser.ts";
import { type DeskUnderTest, deskOf, isWrite, openDesk } from "./desk-page.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";
import { routerThatNeverCloses } from "./open-hours.ts";

const agent = "agent-en";
let folder: string;
let cloud: CloudUnderTest;
let browser: BrowserUnderTest;
let desks: DeskUnderTest[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "switchyard-desk-"));
  const configurationFile = join(folder, "router.yaml");
  const shipped = await readFile(routerThatNeverCloses(), "utf8");
  await writeFile(
    configurationFile,
    shipped.replace("complaints, acceptance: automatic", "complaints, acceptance: manual, offerExpiresAfter: 5 min"),
  );
  browser = await startBrowser();
  cloud = await startCloud({ configurationFile });
});
afterAll(async () => {
  await browser?.close();
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  desks = [];
});
afterEach(async () => {
  const complaints = desks.flatMap((desk) => desk.complaints());
  await Promise.all(desks.map((desk) => desk.close()));
  const { body } = await cloud.api("supervisor", "GET", "/conversations");
  for (const { id } of body.items) await cloud.api("supervisor", "POST", `/conversations/${id}/resolve`, {});
  expect(complaints).toEqual([]);
});

const watched = async (opening: Promise<DeskUnderTest>): Promise<DeskUnderTest> => {
  const desk = await opening;
  desks.push(desk);
  return desk;
};

/** The desk of an agent who is available. */
const desk = async (user = agent, options = {}): Promise<DeskUnderTest> => {
  expect((await cloud.api(user, "PUT", `/agents/${user}/presence`, { status: "available" })).status).toBe(200);
  return watched(deskOf(user, browser, cloud, options));
};

const received = (customer: string): string[] => cloud.outbox(customer).map(({ text }) => text);

/** The desk of an agent who has opened a customer's first text. */
const deskOn = async (customer: string, text: string): Promise<DeskUnderTest> => {
  const opened = await desk();
  await open(opened, customer, text);
  return opened;
};

/** A customer's first text, opened on the desk. */
const open = async ({ page, line, bubble }: DeskUnderTest, customer: string, text: string): Promise<void> => {
  await cloud.text(customer, text);
  await line(customer).click();
  await bubble(text).waitFor();
  await page.getByRole("textbox", { name: "Reply" }).waitFor();
};

test("a text from the phone page appears on the desk by itself, and the reply on the phone", async () => {
  const { page, line, bubble, write, tokens, urls } = await watched(openDesk(browser, cloud));
  await page.getByRole("button", { name: agent }).click();
  await page.getByText("You are offline. Set yourself available to get conversations.").waitFor();
  await page.getByLabel("Presence").selectOption("Available");
  await page.getByText("You are available.").waitFor();

  const phone = await page.context().newPage();
  await phone.goto(`${cloud.baseUrl}/sim`);
  await phone.getByRole("textbox", { name: "Text message" }).fill("Hello, where is my parcel? 😀");
  await phone.getByRole("button", { name: "Send", exact: true }).click();
  await line("where is my parcel").click();
  await bubble("Hello, where is my parcel? 😀").waitFor();
  await write("It comes tomorrow.");
  await phone.getByRole("log").getByText("It comes tomorrow.").waitFor();
  await bubble("It comes tomorrow.").getByText("Delivered").waitFor();

  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([0, 0, ""]);
  const [token] = tokens;
  expect(token).toBeTypeOf("string");
  expect(urls.filter((url) => url.includes(token!) || url.includes("eyJ"))).toEqual([]);
  expect(urls.some((url) => url.startsWith("ws://") && url.includes("ticket="))).toBe(true);
});

test("STOP is shown, a reply is refused with the reason and its text kept, and START lets it go out", async () => {
  const customer = "+4915112345631";
  const { page, bubble } = await deskOn(customer, "Hello, could you please call me about my order?");
  await cloud.text(customer, "STOP");
  await bubble("Stops messages").waitFor();
  await page.getByText("The customer has sent STOP to this number").waitFor();
  const optedOut = page.getByRole("complementary", { name: "Customer" }).getByText("Has stopped messages from");
  await optedOut.waitFor();
  const field = page.getByRole("textbox", { name: "Reply" });
  await field.fill("We will call you.");
  await page.getByRole("button", { name: "Send reply" }).click();
  await page
    .getByRole("alert")
    .getByText(/Not sent. The customer has sent STOP to this number.*Your text is kept/)
    .waitFor();
  expect(await field.inputValue()).toBe("We will call you.");
  expect(received(customer)).toEqual([]);

  await cloud.text(customer, "START");
  await bubble("Allows messages again").waitFor();
  await optedOut.waitFor({ state: "detached" });
  await page.getByRole("alert").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Send reply" }).click();
  await bubble("We will call you.").getByText("Delivered").waitFor();
  expect(await field.inputValue()).toBe("");
});

test("a note stays inside, its text never stands in the field of a reply, and resolving takes it off the list", async () => {
  const customer = "+4915112345632";
  const { page, bubble, line } = await deskOn(customer, "Hello, I would like to know when my parcel arrives.");
  await page.getByRole("button", { name: "Note, stays inside" }).click();
  await page.getByRole("textbox", { name: "Note" }).fill("A difficult customer.");
  await page.getByRole("button", { name: "Reply to customer" }).click();
  expect(await page.getByRole("textbox", { name: "Reply" }).inputValue()).toBe("");
  await page.getByRole("button", { name: "Note, stays inside" }).click();
  await page.getByRole("button", { name: "Keep note" }).click();
  await bubble("A difficult customer.").getByText("Note, stays inside").waitFor();

  await page.getByRole("button", { name: "Resolve", exact: true }).click();
  await page.getByText("This conversation is resolved.").waitFor();
  await line(customer).waitFor({ state: "detached" });
  await cloud.clock.settle();
  expect(received(customer)).toEqual([]);
});

test("an offer can be rejected, comes again, and is the agent's once accepted", async () => {
  const customer = "+4915112345633";
  const { page, bubble, line } = await desk();
  const complaint = "Hello, I have a complaint about your service, it was far too slow.";
  await cloud.text(customer, complaint);
  const offer = page.getByRole("group", { name: "Offered to you" });
  await offer.getByText("I have a complaint").waitFor();
  await offer.getByRole("button", { name: "Reject" }).click();
  await offer.waitFor({ state: "detached" });
  await page.locator("section", { hasText: "Waiting" }).getByText(customer).waitFor();

  await cloud.clock.advance(2 * 60_000);
  await offer.getByRole("button", { name: "Accept" }).click();
  await bubble(complaint).waitFor();
  await page.getByRole("textbox", { name: "Reply" }).waitFor();
  expect(await line(customer).getAttribute("aria-current")).toBe("true");
});

test("a desk without its socket says so, comes back by itself, and has what came meanwhile", async () => {
  const customer = "+4915112345634";
  const { page, bubble } = await deskOn(customer, "Hello, is anybody there who could help me?");
  await page.route("**/v1/socket-tickets", (route) => route.abort());
  // API Gateway ends a socket after ten idle minutes.
  await cloud.clock.advance(11 * 60_000);
  await page.getByText("Connecting …").waitFor();
  await cloud.text(customer, "I am still waiting.");
  await cloud.clock.settle();
  expect(await bubble("I am still waiting.").count()).toBe(0);
  await page.unroute("**/v1/socket-tickets");
  await bubble("I am still waiting.").waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
});

test("what nobody was told of is fetched after 30 seconds", async () => {
  const { page, line } = await desk(agent, { fakeTimers: true });
  await page.getByText("You are available.").waitFor();
  const text = "Guten Tag, meine Lieferung ist noch nicht angekommen. Können Sie mir bitte helfen?";
  await cloud.text("+4915112345635", text);
  await cloud.clock.settle();
  expect(await line("+4915112345635").count()).toBe(0);
  await page.clock.fastForward(31_000);
  await line("+4915112345635").waitFor();
});

test("another agent is told nothing of a conversation that is not theirs", async () => {
  const [own, other] = await Promise.all([desk(), desk("agent-de")]);
  await other.page.getByText("You are available.").waitFor();
  const before = other.frames.length;
  await open(own, "+4915112345636", "Hello, could you help me with the delivery of my order?");
  await own.write("Of course.");
  await own.bubble("Of course.").getByText("Delivered").waitFor();
  expect(own.frames.length).toBeGreaterThan(0);
  expect(other.frames.slice(before)).toEqual([]);
  await cloud.text("+4915112345637", "Guten Tag, können Sie mir bitte mit meiner Bestellung helfen?");
  await other.line("+4915112345637").waitFor();
  expect(await other.page.getByText("+4915112345636").count()).toBe(0);
  expect(await own.page.getByText("+4915112345637").count()).toBe(0);
  await other.line("+4915112345637").click();
  await other.page.getByRole("button", { name: "Resolve", exact: true }).click();
  await other.page.getByText("This conversation is resolved.").waitFor();
  expect((await cloud.api("agent-de", "PUT", "/agents/agent-de/presence", { status: "offline" })).status).toBe(200);
});

test("a desk that is opened again marks as new what came since, and nothing that was read", async () => {
  const [read, unread] = ["+4915112345642", "+4915112345643"];
  const opened = await deskOn(read, "Hello, this is about the invoice of last month.");
  await cloud.text(unread, "Hello, this is about the invoice of this month.");
  const isNew = (each: DeskUnderTest, customer: string) => each.line(customer).getByText("New", { exact: true });
  await isNew(opened, unread).waitFor();
  expect(await isNew(opened, read).count()).toBe(0);
  await cloud.clock.settle();

  const again = await watched(deskOf(agent, browser, cloud));
  await isNew(again, unread).waitFor();
  expect(await isNew(again, read).count()).toBe(0);
  // While it is open on one desk, it is read on all.
  await opened.line(unread).click();
  await opened.bubble("of this month").waitFor();
  await cloud.text(read, "Did you find it?");
  await isNew(again, read).waitFor();
});

test("two quick clicks are one reply", async () => {
  const customer = "+4915112345638";
  const { page, bubble } = await deskOn(customer, "Hello, could you tell me more about your prices?");
  let requests = 0;
  page.on("request", (request) => (requests += isWrite(request) ? 1 : 0));
  await page.getByRole("textbox", { name: "Reply" }).fill("Gladly.");
  // Both before the page is drawn again, as no two calls of a driver could be.
  await page.getByRole("button", { name: "Send reply" }).evaluate((button: HTMLButtonElement) => {
    button.click();
    button.click();
  });
  await bubble("Gladly.").getByText("Delivered").waitFor();
  await cloud.clock.settle();
  expect(received(customer)).toEqual(["Gladly."]);
  expect(requests).toBe(1);
});

test("a reply whose answer was lost is tried again under the same key, and goes out once", async () => {
  const customer = "+4915112345639";
  const { page, bubble } = await deskOn(customer, "Hello, is the blue one still available in your shop?");
  const keys: (string | undefined)[] = [];
  let isLost = true;
  await page.route("**/messages", async (route) => {
    if (!isWrite(route.request())) return route.continue();
    keys.push(route.request().headers()["idempotency-key"]);
    const response = await route.fetch();
    // The page may be closed by then: nobody waits for the answer any more.
    if (!isLost) return route.fulfill({ response }).catch(() => {});
    isLost = false;
    await route.abort("connectionreset");
  });
  await page.getByRole("textbox", { name: "Reply" }).fill("Yes, it is.");
  await page.getByRole("button", { name: "Send reply" }).click();
  await page.getByText("Send it again: it can't go out twice.").waitFor();
  await page.getByRole("button", { name: "Send reply" }).click();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await bubble("Yes, it is.").getByText("Delivered").waitFor();
  await cloud.clock.settle();
  expect(received(customer)).toEqual(["Yes, it is."]);
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(keys[1]);
});

test("a late answer about the conversation that was open before changes nothing", async () => {
  const each = await desk();
  const { page, line, bubble } = each;
  await open(each, "+4915112345640", "Hello, my first question is about the delivery.");
  await open(each, "+4915112345641", "Hello, my other question is about the warehouse.");
  const gate = Promise.withResolvers<void>();
  const isHeld = Promise.withResolvers<void>();
  const hold = async (route: Route): Promise<void> => {
    isHeld.resolve();
    await gate.promise;
    await route.continue();
  };
  await page.route("**/messages", hold, { times: 1 });
  await line("+4915112345640").click();
  await isHeld.promise;
  await line("+4915112345641").click();
  await bubble("about the warehouse").waitFor();
  const late = page.waitForResponse((response) => response.url().endsWith("/messages"));
  gate.resolve();
  await (await late).finished();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  expect(await bubble("about the warehouse").count()).toBe(1);
  expect(await bubble("about the delivery").count()).toBe(0);
});

test("an hour after its sign-in a desk goes on by itself", async () => {
  const customer = "+4915112345644";
  const { page, bubble, write, tokens } = await deskOn(customer, "Hello, please write to me about my parcel.");
  await cloud.clock.advance(61 * 60_000);
  await cloud.text(customer, "Are you still there?");
  await bubble("Are you still there?").waitFor();
  await write("I am.");
  await bubble("I am.").getByText("Delivered").waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  expect(tokens.size).toBe(2);
});

test("a sign-in that has ended is said, leads back to the issuer, and costs nothing that was written", async () => {
  const { page } = await deskOn("+4915112345645", "Hello, please write to me about my bicycle.");
  const field = page.getByRole("textbox", { name: "Reply" });
  await field.fill("A long and careful answer");
  // Where nothing else is asked for, it is the ticket of the next socket that is refused.
  await page.route("**/v1/socket-tickets", (route) =>
    route.fulfill({ status: 401, json: { message: "Unauthorized" } }),
  );
  await cloud.clock.advance(11 * 60_000);
  await page.getByRole("alert").getByText("Your sign-in has ended.").waitFor();
  expect(await page.getByText("Connecting …").count()).toBe(0);
  await page.unroute("**/v1/socket-tickets");
  await page.getByRole("button", { name: "Sign in again" }).click();
  await page.getByRole("heading", { name: "Sign in to the sandbox" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/issuer/oauth2/authorize");

  await page.getByRole("button", { name: agent }).click();
  await field.waitFor();
  expect(await field.inputValue()).toBe("A long and careful answer");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to the sandbox" }).waitFor();
  expect(await page.evaluate(() => Object.keys(sessionStorage))).not.toContain("switchyard.drafts");
});

test("signing out goes offline first, so that nothing is assigned to an empty desk", async () => {
  const { page } = await desk();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to the sandbox" }).waitFor();
  const status = await until("the agent offline", async () => {
    const { body } = await cloud.api(agent, "GET", `/agents/${agent}`);
    return body.status === "offline" && body.status;
  });
  expect(status).toBe("offline");
});
