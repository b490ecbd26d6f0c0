import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barriers } from "./barriers.ts";
import { type BrowserUnderTest, startBrowser, watchConsole } from "./browser.ts";
import { type Asset, run } from "../../functions/pages/run.ts";
import { writeOpenApi } from "../../infra/openapi/write.ts";
import { bundlePage } from "../../infra/pages/bundle.ts";
import { wholeContract } from "../../shared/api/contract.ts";

/*
 * The page about the API in a real browser, served by the pages function under its own policy.
 */

const settings = { authorizeUrl: "", tokenUrl: "", logoutUrl: "", clientId: "" };
const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
};
let browser: BrowserUnderTest;
let server: Server;
let url: string;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "switchyard-docs-"));
  await Promise.all([bundlePage("docs", "main.tsx", folder), writeOpenApi(folder)]);
  const assets = new Map<string, Asset>();
  for (const name of await readdir(folder)) {
    assets.set(name, { contentType: types[extname(name)]!, body: await readFile(join(folder, name), "utf8") });
  }
  await rm(folder, { recursive: true });
  const pages = { assets, settings, socketUrl: "", chatUrl: "", bucketOrigin: "https://bucket.example" };
  server = createServer((request, response) => {
    const { status, headers, body } = run(request.url ?? "", pages);
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/docs`;
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

describe("the page about the API", () => {
  test("shows every operation with its rights, and finds one by its words, with the keyboard alone", async () => {
    const page = await (await browser.open()).newPage();
    const complaints = watchConsole(page);
    await page.goto(url);
    const count = Object.keys(wholeContract).length;
    await page.getByRole("status").getByText(`${count} routes`).waitFor();
    expect(await page.getByRole("article").count()).toBeGreaterThan(count);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type("snooze");
    await page.getByRole("status").getByText("1 route", { exact: true }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/#snoozeConversation$/);
    const route = page.locator("#snoozeConversation");
    expect(await route.innerText()).toContain("/v1/conversations/{id}/snooze");
    await route.getByText("Body", { exact: true }).click();
    expect(await route.innerText()).toContain("until");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test.each([
    ["wide and light", 1280, "light"],
    ["wide and dark", 1280, "dark"],
    ["on a phone", 390, "light"],
  ] as const)("has nothing that keeps anybody out, %s", async (_, width, colorScheme) => {
    const context = await browser.open({ viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
    const page = await context.newPage();
    await page.goto(`${url}#listConversations`);
    await page.locator("#listConversations").waitFor();
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
    await page.evaluate("document.querySelectorAll('#writeMessage details').forEach((each) => (each.open = true))");
    expect(await barriers(page)).toEqual([]);
    await context.close();
  });
});
