import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { importCustomers } from "../../infra/cli/import.ts";
import type { Row } from "../../infra/cli/import/row.ts";
import { readRows } from "../../infra/cli/import/rows.ts";
import { sendRecords } from "../../infra/cli/import/send.ts";

const project = join(import.meta.dirname, "../..");
let folder: string;
let server: Server;
let url: string;
/** what has come in, and what is answered to the next calls in place of success */
let calls: { authorization: string | undefined; records: { externalId?: string }[] }[];
let answers: { status: number; body: unknown }[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "switchyard-import-"));
  server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const { records } = JSON.parse(body) as (typeof calls)[number];
    calls.push({ authorization: request.headers.authorization, records });
    const results = records.map(({ externalId }, index) =>
      externalId === "bad"
        ? { index, error: { field: "name", message: "is not theirs" } }
        : { index, customerId: "cus_1" },
    );
    const answer = answers.shift() ?? { status: 200, body: { results } };
    response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  calls = [];
  answers = [];
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

async function fileOf(name: string, ...lines: string[]): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, lines.join("\n"));
  return file;
}

async function rowsOf(file: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readRows(file)) rows.push(row);
  return rows;
}

interface Ended {
  code: number;
  error: string;
}

const importFile = (...given: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const command = [join(project, "infra/cli/switchyard.js"), "import", ...given];
    const child = execFile(process.execPath, command, { cwd: project }, (_, __, error) =>
      resolve({ code: child.exitCode ?? -1, error }),
    );
  });

const phone = (position: number): string => `+4915112${String(position).padStart(6, "0")}`;

describe("reading a CSV", () => {
  test("makes a record of each row; empty values say nothing", async () => {
    const file = await fileOf(
      "all.csv",
      "\uFEFFexternalId,name,language,phone,email,web,attribute.tier,attribute.since",
      "17, Erika ,de,+4915112345678,erika@example.org,4711,gold,2019",
      "18,,,+4915112345679,,user:4712,,",
    );
    const sms = (address: string) => ({ channel: "sms", address });
    expect(await rowsOf(file)).toEqual([
      {
        line: 2,
        record: {
          externalId: "17",
          name: "Erika",
          language: "de",
          attributes: { tier: "gold", since: "2019" },
          addresses: [
            sms("+4915112345678"),
            { channel: "email", address: "erika@example.org" },
            { channel: "web", address: "user:4711" },
          ],
        },
      },
      {
        line: 3,
        record: { externalId: "18", addresses: [sms("+4915112345679"), { channel: "web", address: "user:4712" }] },
      },
    ]);
  });

  test("takes a row's consent for all of its addresses, and no other word for it", async () => {
    const file = await fileOf(
      "consent.csv",
      "phone,email,consent",
      `${phone(1)},a@example.org,Yes`,
      `${phone(2)},,`,
      `${phone(3)},,maybe`,
    );
    expect(await rowsOf(file)).toEqual([
      {
        line: 2,
        record: {
          addresses: [
            { channel: "sms", address: phone(1), consent: true },
            { channel: "email", address: "a@example.org", consent: true },
          ],
        },
      },
      { line: 3, record: { addresses: [{ channel: "sms", address: phone(2) }] } },
      { line: 4, problem: 'Its consent is "maybe": write yes, or leave it empty.' },
    ]);
  });

  test.each([",", ";", "\t"])("separates columns by %j as the header does", async (separator) => {
    const file = await fileOf("separated.csv", `name${separator}phone`, `"a${separator}b"${separator}${phone(1)}`);
    expect(await rowsOf(file)).toEqual([
      { line: 2, record: { name: `a${separator}b`, addresses: [{ channel: "sms", address: phone(1) }] } },
    ]);
  });

  test("names rows by the line in which they begin", async () => {
    const file = await fileOf(
      "lines.csv",
      "name,phone",
      `"Max ""the`,
      `man""",${phone(1)}`,
      "",
      "Erika",
      `Anna,${phone(2)}`,
    );
    const rows = await rowsOf(file);
    expect(rows.map(({ line }) => line)).toEqual([2, 5, 6]);
    expect(rows[0]).toMatchObject({ record: { name: 'Max "the\nman"' } });
    expect(rows[1]).toMatchObject({ problem: expect.stringContaining("has 1 values, and the header names 2") });
  });

  test("keeps what comes before a quotation mark that is never closed, and says where it stops", async () => {
    const file = await fileOf("open.csv", "name,phone", `Erika,${phone(1)}`, `"Anna,${phone(2)}`, `Max,${phone(3)}`);
    const rows = await rowsOf(file);
    expect(rows[0]).toMatchObject({ line: 2, record: { name: "Erika" } });
    expect(rows[1]).toMatchObject({ problem: expect.stringContaining("quotation mark") });
    expect(rows).toHaveLength(2);
  });

  test.each([
    ["a column that it does not know", "externalID,phone", 'no column "externalID". Did you mean "externalId"?'],
    ["a column called as objects' own names", "constructor,phone", 'no column "constructor"'],
    ["no columns at all", "", "The file is empty"],
  ])("refuses a file with %s", async (_, header, message) => {
    await expect(rowsOf(await fileOf("refused.csv", header))).rejects.toThrow(message);
  });

  test("says of a row without an address what is missing", async () => {
    const rows = await rowsOf(await fileOf("nobody.csv", "name,phone", "Erika,"));
    expect(rows).toEqual([{ line: 2, problem: "It has no address: fill in phone, email or web." }]);
  });
});

test("reading JSON lines takes objects as they are, and names the lines that are none", async () => {
  const rows = await rowsOf(await fileOf("all.jsonl", '\uFEFF{"externalId":"17"}', "", "nonsense", "[1]", "null"));
  expect(rows.map(({ line }) => line)).toEqual([1, 3, 4, 5]);
  expect(rows[0]).toEqual({ line: 1, record: { externalId: "17" } });
  for (const row of rows.slice(1)) expect(row).toHaveProperty("problem");
});

test("a file that is not there is an error", async () => {
  await expect(rowsOf(join(folder, "none.csv"))).rejects.toThrow("ENOENT");
  await expect(rowsOf(join(folder, "none.jsonl"))).rejects.toThrow("ENOENT");
});

describe("sending records", () => {
  const target = () => ({ url, token: "secret" });
  const record = { addresses: [{ channel: "sms", address: phone(1) }] };
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => pauses.push(milliseconds);

  test("tries again where the outcome is open, with growing pauses", async () => {
    pauses.length = 0;
    answers.push({ status: 503, body: {} }, { status: 429, body: {} });
    expect(await sendRecords([record], target(), pause)).toEqual([{ index: 0, customerId: "cus_1" }]);
    expect(pauses).toEqual([500, 1000]);
    expect(calls).toHaveLength(3);
  });

  test.each([
    [401, "has not expired"],
    [403, "customers:import"],
    [400, "bad body"],
  ])("gives up at once at %i, and says what to do", async (status, advice) => {
    answers.push({ status, body: { detail: "bad body" } });
    await expect(sendRecords([record], target(), pause)).rejects.toThrow(advice);
    expect(calls).toHaveLength(1);
  });

  test("gives up where nobody answers", async () => {
    const nobody = { url: "http://127.0.0.1:1", token: "secret" };
    await expect(sendRecords([record], nobody, pause)).rejects.toThrow("import again later");
  });
});

describe("npx switchyard import", () => {
  test("sends the good rows in batches, names the bad ones, and ends with 1", async () => {
    const rows = Array.from({ length: 249 }, (_, position) => `${position},${phone(position)}`);
    const file = await fileOf("mixed.csv", "externalId,phone", "a,0151", "bad,+4915112999999", ...rows);
    const { code, error } = await importFile(file, "--url", url, "--token", "secret");
    expect(calls.map(({ records }) => records.length)).toEqual([100, 100, 50]);
    expect(calls[0]!.authorization).toBe("Bearer secret");
    expect(error).toContain(`${file}:2 "0151" is not a number in E.164`);
    expect(error).toContain(`${file}:3 name: is not theirs`);
    expect(error).toContain("249 were taken in, 2 problems.");
    expect(code).toBe(1);
  });

  test("ends with 0 where all is well, and a dry run calls nobody", async () => {
    const file = await fileOf("good.jsonl", `{"addresses":[{"channel":"sms","address":"${phone(1)}"}]}`);
    expect(await importFile(file, "--dry-run")).toMatchObject({
      code: 0,
      error: expect.stringContaining("1 are right"),
    });
    expect(calls).toEqual([]);
    expect(await importFile(file, "--url", url, "--token", "secret")).toMatchObject({ code: 0 });
    expect(calls).toHaveLength(1);
  });

  test("says how it is called", async () => {
    const said: string[] = [];
    const log = vi.spyOn(console, "error").mockImplementation((line: string) => void said.push(line));
    vi.stubEnv("SWITCHYARD_TOKEN", undefined);
    expect(await importCustomers.run([], {})).toBe(2);
    expect(await importCustomers.run(["a.csv"], {})).toBe(2);
    expect(await importCustomers.run(["a.csv"], { url })).toBe(2);
    log.mockRestore();
    vi.unstubAllEnvs();
    expect(said).toEqual(["takes one file", "--url", "--token"].map((part) => expect.stringContaining(part)));
  });
});
