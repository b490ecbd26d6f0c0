import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildClient, clientExports } from "../../infra/client/build.ts";
import { projectDirectory } from "../tidy/sources.ts";

/** A project that uses the package as it comes out of the registry. */
const folder = mkdtempSync(join(tmpdir(), "switchyard-client-"));
const consumer = join(folder, "consumer");

/** Node with these arguments in the consumer's folder. @returns what it printed */
const node = async (...command: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, command, { cwd: consumer })).stdout;

const program = `
import { ApiProblem, createClient, type Answer, type Client } from "switchyard/client";

const client: Client = createClient({ baseUrl: process.argv[2]!, token: "t" });
const page: Answer<"listConversations"> = await client.listConversations({ query: { status: "waiting" } });
const subjects: string[] = page.items.map(({ subject }) => subject);
for await (const message of client.all("listMessages", { id: page.items[0]!.id })) {
  if (message.direction === "out") subjects.push(message.sendId);
}

try {
  await client.resolveConversation({ id: "cnv_1" });
} catch (error) {
  if (error instanceof ApiProblem && error.reason === "newer-message") subjects.push(error.message);
}
console.log(JSON.stringify(subjects));
`;

/** Each of its calls is one that the API does not take. */
const wrong = `
import { createClient } from "switchyard/client";
const client = createClient({ baseUrl: "", token: "t" });
await client.listConversations({ query: { status: "lost" } });
await client.getConversation({});
await client.writeMessage({ id: "cnv_1", body: { text: 5 } });
console.log((await client.getConversation({ id: "cnv_1" })).colour);
`;

beforeAll(async () => {
  const source = join(folder, "package");
  await buildClient(join(source, "dist/client"));
  const { name, version, type } = JSON.parse(readFileSync(join(projectDirectory, "package.json"), "utf8"));
  writeFileSync(
    join(source, "package.json"),
    JSON.stringify({ name, version, type, exports: clientExports, files: ["dist"] }),
  );
  execFileSync("npm", ["pack", "--silent", "--ignore-scripts"], {
    cwd: source,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const installed = join(consumer, "node_modules", name);
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(source, `${name}-${version}.tgz`), "-C", installed, "--strip-components=1"]);
  symlinkSync(join(projectDirectory, "node_modules/zod"), join(consumer, "node_modules/zod"));
  symlinkSync(join(projectDirectory, "node_modules/@types"), join(consumer, "node_modules/@types"));
  writeFileSync(join(consumer, "program.ts"), program);
  writeFileSync(join(consumer, "wrong.ts"), wrong);
  writeFileSync(join(consumer, "package.json"), '{"type":"module"}');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("its types", () => {
  const compiler = join(projectDirectory, "node_modules/typescript/bin/tsc");
  const settings = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2024", "--types", "node"];

  test("hold for a strict project", async () => {
    expect(await node(compiler, ...settings, "program.ts")).toBe("");
  });

  test("refuse what the API does not take", async () => {
    const refused = await node(compiler, ...settings, "wrong.ts").catch((error: { stdout: string }) => error.stdout);
    const lines = Array.from(refused.matchAll(/^wrong\.ts\((\d+),/gm), ([, line]) => Number(line));
    expect(lines, refused).toEqual([4, 5, 6, 7]);
  });
});

test("it runs without any dependency", async () => {
  rmSync(join(consumer, "node_modules/zod"));
  const answers: Record<string, [number, unknown]> = {
    "GET /v1/conversations?status=waiting": [200, { items: [{ id: "cnv_1", subject: "Order" }] }],
    "GET /v1/conversations/cnv_1/messages": [200, { items: [{ direction: "out", sendId: "snd_1" }] }],
    "POST /v1/conversations/cnv_1/resolve": [409, { detail: "Read it first.", reason: "newer-message" }],
  };
  const server = createServer((request, response) => {
    const [status, body] = answers[`${request.method} ${request.url}`] ?? [404, {}];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const output = await node("program.ts", `http://127.0.0.1:${port}`);
    expect(JSON.parse(output)).toEqual(["Order", "snd_1", "Read it first."]);
  } finally {
    server.close();
  }
});
