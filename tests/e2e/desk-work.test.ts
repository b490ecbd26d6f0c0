import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type BrowserUnderTest, startBrowser } from "./browser.ts";
import { type DeskUnderTest, deskOf } from "./desk-page.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";

/* What agents do all day beside answering: file, pass on, set aside, look up, know the customer. */

const agent = "agent-en";
let cloud: CloudUnderTest;
let browser: BrowserUnderTest;
let desks: DeskUnderTest[];
let lastCustomer = 700;

beforeAll(async () => {
  browser = await startBrowser();
  cloud = await startCloud();
});
afterAll(async () => {
  await browser?.close();
  await cloud?.stop();
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

const newCustomer = (): string => `+49151123${(lastCustomer += 1)}99`;

const desk = async (user = agent): Promise<DeskUnderTest> => {
  if (user.startsWith("agent"))
    expect((await cloud.api(user, "PUT", `/agents/${user}/presence`, { status: "available" })).status).toBe(200);
  const opened = await deskOf(user, browser, cloud);
  desks.push(opened);
  return opened;
};

/** A customer's first text, opened on an agent's desk. */
async function deskOn(text: string, customer = newCustomer()): Promise<DeskUnderTest & { customer: string }> {
  const opened = await desk();
  await cloud.text(customer, text);
  await opened.line(customer).click();
  await opened.bubble(text).waitFor();
  await opened.page.getByRole("textbox", { name: "Reply" }).waitFor();
  return { ...opened, customer };
}

/** What has the keyboard. BODY: nothing has, and a reader's place is lost. */
const focused = (page: Page): Promise<string | undefined> => page.evaluate(() => document.activeElement?.tagName);

const received = (customer: string): string[] => cloud.outbox(customer).map(({ text }) => text);

async function customerOf(address: string): Promise<{ id: string; attributes: object; openConversationId: string }> {
  const { body } = await cloud.api("admin", "GET", `/customers?${new URLSearchParams({ address })}`);
  return body.items[0];
}

test("a canned reply names the customer, and what it can't name stands in the way of sending", async () => {
  const { page, bubble, customer } = await deskOn("Hello, could you please help me with my order?");
  const send = page.getByRole("button", { name: "Send reply" });
  await page.getByRole("button", { name: "Canned replies" }).click();
  await page.getByRole("button", { name: "Greeting" }).click();
  const field = page.getByRole("textbox", { name: "Reply" });
  expect(await field.inputValue()).toBe("Hello {{customer.name}}, my name is Emma. How can I help you?");
  await page.getByRole("alert").getByText("{{customer.name}}").waitFor();
  expect(await send.isDisabled()).toBe(true);
  await field.press("Control+Enter");

  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Maria");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "Maria" }).waitFor();
  await field.fill("");
  await page.getByRole("button", { name: "Canned replies" }).click();
  await page.getByRole("searchbox", { name: "Title or words" }).fill("greet");
  await page.getByRole("button", { name: "Greeting" }).click();
  await send.click();
  await bubble("Hello Maria").getByText("Delivered").waitFor();
  expect(received(customer)).toEqual(["Hello Maria, my name is Emma. How can I help you?"]);
});

test("a conversation set aside frees its unit, waits among the snoozed, and comes back when its customer writes", async () => {
  const { page, line, customer } = await deskOn("Hello, I would like to know more about my delivery.");
  await page.getByText("1 of 4 units").waitFor();
  await page.getByRole("button", { name: "Snooze", exact: true }).click();
  await page.getByRole("button", { name: "In three hours" }).click();
  await page.getByRole("note").getByText("or until the customer writes").waitFor();
  await page.getByText("0 of 4 units").waitFor();
  await line(customer).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Snoozed", exact: true }).click();
  await line(customer).waitFor();

  await cloud.text(customer, "Are you still there?");
  await page.getByText("1 of 4 units").waitFor();
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await line(customer).waitFor();
  await page.getByRole("textbox", { name: "Reply" }).waitFor();
  expect(await page.getByRole("note").count()).toBe(0);
});

test("a snooze can be ended by hand", async () => {
  const { page } = await deskOn("Hello, could you tell me when my parcel comes?");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Snooze", exact: true }).click();
  await page.getByRole("button", { name: "Monday morning" }).click();
  await page.getByRole("button", { name: "End the snooze" }).waitFor();
  await expect.poll(() => focused(page)).toBe("H2");
  await page.getByRole("button", { name: "End the snooze" }).click();
  await page.getByRole("textbox", { name: "Reply" }).waitFor();
  expect(await page.getByRole("button", { name: "End the snooze" }).count()).toBe(0);
  await expect.poll(() => focused(page)).toBe("H2");
});

test("Escape that only ends the choice of a character leaves nobody's field", async () => {
  const { page } = await deskOn("Hello, could you please tell me where my order is?");
  const field = page.getByRole("textbox", { name: "Reply" });
  await field.focus();
  await field.evaluate((element) =>
    element.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", isComposing: true, bubbles: true })),
  );
  expect(await focused(page)).toBe("TEXTAREA");
  await page.keyboard.press("Escape");
  expect(await focused(page)).toBe("H2");
});

test("a transfer takes its note along, and whoever passed it on can't reply any more", async () => {
  const { page, customer } = await deskOn("Hello, could somebody help me with something?");
  expect((await cloud.api("agent-de", "PUT", "/agents/agent-de/presence", { status: "offline" })).status).toBe(200);
  await page.getByRole("button", { name: "Transfer", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Skill" }).click();
  await dialog.getByRole("textbox", { name: "Skill" }).fill("technical");
  await dialog.getByRole("textbox", { name: "Note" }).fill("Knows about pumps, please.");
  await dialog.getByRole("button", { name: "Transfer", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("log").getByText("Knows about pumps, please.").waitFor();
  await page.getByText("so you can't reply").waitFor();
  await expect.poll(() => focused(page)).toBe("H2");
  await page.locator("section", { hasText: "Waiting" }).getByText(customer).waitFor();
  expect(received(customer)).toEqual([]);
});

test("a transfer to a queue says which there are, and what stands in its way", async () => {
  const { page, customer } = await deskOn("Hello, who could tell me something about billing matters?");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Transfer", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("datalist option").first().waitFor({ state: "attached" });
  expect(await dialog.locator("datalist option").count()).toBe(7);
  await dialog.getByRole("combobox", { name: "Queue" }).fill("nowhere");
  await dialog.getByRole("button", { name: "Transfer", exact: true }).click();
  await dialog.getByRole("alert").waitFor();
  await dialog.getByRole("combobox", { name: "Queue" }).fill("sales");
  await dialog.getByRole("button", { name: "Transfer", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  const { body } = await cloud.api("supervisor", "GET", `/search?${new URLSearchParams({ q: customer })}`);
  expect(body.items[0].conversation.queueId).toBe("sales");
});

test("tags are put on and taken off, and lead back to the conversation, as do its words and address", async () => {
  const { page, line, customer } = await deskOn("Hello, my rowing machine squeaks terribly.");
  await page.getByRole("textbox", { name: "Add a tag" }).fill("squeaking");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove the tag squeaking" }).waitFor();
  await page.getByRole("button", { name: "Resolve", exact: true }).click();
  await line(customer).waitFor({ state: "detached" });

  const search = page.getByRole("searchbox", { name: "Search conversations" });
  for (const query of ["squeaking", "rowing machine", customer]) {
    await search.fill(query);
    await page.getByText("1 conversation found.").waitFor();
    await page.getByText("Searched: the").waitFor();
    await page.getByRole("region", { name: "Search results" }).getByText(customer).first().waitFor();
    await search.press("Escape");
    expect(await search.inputValue()).toBe("");
  }
});

test("attributes are edited, and a conversation of before is one click away, to be read only", async () => {
  const customer = newCustomer();
  const first = await deskOn("Hello, my first question is about the blue kettle.", customer);
  await first.page.getByRole("button", { name: "Resolve", exact: true }).click();
  await first.page.getByText("This conversation is resolved.").waitFor();
  await cloud.text(customer, "Hello, my second question is about the red kettle.");
  await first.line("red kettle").click();
  await first.bubble("red kettle").waitFor();
  const panel = first.page.getByRole("complementary", { name: "Customer" });
  await panel.getByRole("heading", { name: "History (2)" }).waitFor();
  await panel.getByText("Last request").waitFor();

  await panel.getByRole("button", { name: "Edit" }).click();
  await first.page.getByRole("button", { name: "Add an attribute" }).click();
  await first.page.getByRole("textbox", { name: "Name of the attribute" }).fill("tier");
  await first.page.getByRole("textbox", { name: "Value of tier" }).fill("gold");
  await first.page.getByRole("button", { name: "Save" }).click();
  await panel.getByText("gold").waitFor();
  expect((await customerOf(customer)).attributes).toEqual({ tier: "gold" });

  await panel
    .getByRole("button", { name: /blue kettle/ })
    .last()
    .click();
  await first.bubble("blue kettle").waitFor();
  await first.page.getByText("This conversation is resolved.").waitFor();
  expect(await first.page.getByRole("textbox", { name: "Reply" }).count()).toBe(0);
});

test("two customers who are one person are joined after a look at both, and an admin parts them again", async () => {
  const [phone, other] = [newCustomer(), newCustomer()];
  await cloud.text(other, "Hello, this is my other phone, about the green lamp.");
  await cloud.clock.settle();
  const { page } = await deskOn("Hello, could you help me with the green lamp?", phone);
  const panel = page.getByRole("complementary", { name: "Customer" });
  await panel.getByRole("button", { name: "Join with" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("searchbox", { name: "Address in full" }).fill(other);
  await dialog.getByRole("button", { name: "Find" }).click();
  await dialog.getByRole("button", { name: new RegExp(other.slice(1)) }).click();
  await dialog.getByText("Both have an open conversation.").waitFor();
  await dialog.getByRole("button", { name: "Join the two" }).click();
  await dialog.waitFor({ state: "detached" });
  await panel.getByText(other).first().waitFor();

  const { id, openConversationId } = await customerOf(phone);
  expect((await customerOf(other)).id).toBe(id);
  const admin = await desk("admin");
  await admin.page.evaluate((hash) => (location.hash = hash), openConversationId);
  await admin.page.getByRole("button", { name: "Undo" }).click();
  await admin.page.getByText("Undone").waitFor();
  expect((await customerOf(other)).id).not.toBe((await customerOf(phone)).id);
});

test("whoever looks at the same conversation is named, and whoever writes is too", async () => {
  const { page, customer } = await deskOn("Hello, is anybody there who could help me today?");
  const supervisor = await desk("supervisor");
  await supervisor.line(customer).click();
  await page.getByText("supervisor is looking at this too.").waitFor();
  await supervisor.page.getByText("agent-en is looking at this too.").waitFor();
  await page.getByRole("textbox", { name: "Reply" }).pressSequentially("Hel");
  await supervisor.page.getByText("agent-en is writing.").waitFor();
  await supervisor.page.evaluate(() => (location.hash = ""));
  await until("nobody else looks", async () => (await page.getByText("supervisor is looking").count()) === 0);
  expect(await page.getByText("is writing.").count()).toBe(0);
});

test("a supervisor sees every queue, what agents hold, and one queue alone", async () => {
  const { customer } = await deskOn("Hello, I have a question about an invoice that I got.");
  const { page, line } = await desk("supervisor");
  await page.locator("section", { hasText: "With agents" }).getByText(customer).waitFor();
  const queue = page.getByRole("button", { name: /^technical/ });
  await queue.click();
  expect(await queue.getAttribute("aria-pressed")).toBe("true");
  await line(customer).waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^billing/ }).click();
  await line(customer).waitFor();
});

test("why somebody is away is said to colleagues", async () => {
  const { page } = await desk();
  await page.getByLabel("Presence").selectOption("Away: lunch");
  await page.getByText("You are away.").waitFor();
  const { body } = await cloud.api("supervisor", "GET", `/agents/${agent}`);
  expect(body).toMatchObject({ status: "away", reason: "lunch" });
});
