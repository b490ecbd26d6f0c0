import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectDirectory } from "./child.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";

let cloud: CloudUnderTest;
let folder: string;
let example: ChildProcess;
let printed = "";

beforeAll(async () => {
  cloud = await startCloud();
  folder = mkdtempSync(join(tmpdir(), "switchyard-counter-"));
  await cloud.api("agent-en", "PUT", "/agents/agent-en/presence", { status: "available" });
});
afterAll(async () => {
  const ended = new Promise((resolve) => example?.once("close", resolve));
  if (example?.kill("SIGINT")) await ended;
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const messagesOf = async (conversationId: string) =>
  (await cloud.api("agent-en", "GET", `/conversations/${conversationId}/messages`)).body.items;

test("the example turns a scanned letter and a visit into conversations, and prints the replies", async () => {
  const ready = join(folder, "ready.json");
  const custom = { inbox: "counter", secret: cloud.accounts.customSecret };
  writeFileSync(ready, JSON.stringify({ baseUrl: cloud.baseUrl, custom }));
  const file = join(projectDirectory, "docs/examples/counter/main.ts");
  example = spawn(process.execPath, [
    file,
    "--ready",
    ready,
    "--say",
    "Good morning! I would like to change my address.",
  ]);
  for (const stream of [example.stdout!, example.stderr!])
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));

  const held = await until("both conversations with agent-en", async () => {
    const { body } = await cloud.api("agent-en", "GET", "/conversations?agent=agent-en");
    return body.items.length === 2 && (body.items as { id: string; channel: string }[]);
  });
  expect(held.map(({ channel }) => channel)).toStrictEqual(["custom", "custom"]);
  for (const { id } of held) {
    const [first] = await messagesOf(id);
    const isLetter = first.media.length > 0;
    expect(first.text).toContain(isLetter ? "Complaint about an invoice" : "I would like to change my address.");
    if (isLetter)
      await until("the scan, known by its content", async () => {
        const [{ media }] = await messagesOf(id);
        return media[0].state === "stored" && media[0].contentType === "application/pdf";
      });
    const text = isLetter ? "We have corrected the invoice." : "It is changed.";
    const headers = { "idempotency-key": `reply-${id}` };
    expect((await cloud.api("agent-en", "POST", `/conversations/${id}/messages`, { text }, headers)).status).toBe(202);
    await until(`the reply, delivered; printed so far: ${printed}`, async () => {
      const last = (await messagesOf(id)).at(-1);
      return last.text === text && last.status === "delivered";
    });
  }
  expect(printed).toMatch(/For letter \d+: We have corrected the invoice\./);
  expect(printed).toMatch(/For card \d+: It is changed\./);
});

test("files that the counter's own system links to are fetched from its host", async () => {
  const scan = { name: "scan.pdf", contentType: "application/octet-stream", bytes: Buffer.from("%PDF-1.4\n%%EOF\n") };
  const { status } = await cloud.providers.custom.inbound({
    to: "counter",
    from: "letter 5",
    text: "A second letter about the same invoice, with its scan.",
    media: [{ ...scan, isLinked: true }],
  });
  expect(status).toBe(200);
  const [file] = await until("the scan, known by its content", async () => {
    const { body } = await cloud.api("agent-en", "GET", "/conversations?agent=agent-en");
    const lists = await Promise.all((body.items as { id: string }[]).map(({ id }) => messagesOf(id)));
    const message = lists.flat().find(({ text }) => text.startsWith("A second letter"));
    return message?.media[0].state === "stored" && message.media;
  });
  expect(file).toMatchObject({ name: "scan.pdf", contentType: "application/pdf" });
});
