import { execFile } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connect } from "../../infra/cli/connect.ts";
import { UnusableSecret } from "../../shared/channels/channel.ts";
import { updateKinds } from "../../shared/channels/telegram/inbound.ts";
import {
  configuration,
  documents,
  instagramId,
  numberOne,
  numberTwo,
  pageId,
  phoneNumberId,
  whatsAppNumber,
  World,
} from "./connect-world.ts";

let world: World;
beforeEach(async () => {
  world = await new World().open();
});
afterEach(() => world.close());

async function reopened(options: Parameters<World["open"]>[0]): Promise<void> {
  await world.close();
  world = await new World().open(options);
}

const text = (to = numberOne!) => world.twilio.inbound({ from: "+4915112345678", to, body: "Hello?" });

describe("twilio", () => {
  const webhook = (): string => `${world.url}/webhooks/twilio/messages#rc=5&rp=5xx,ct,rt`;
  const isConnected = async (): Promise<boolean> => (await text()).status === 200;

  test("sets webhook and fallback of each number and sender, and reads them back", async () => {
    expect(await isConnected()).toBe(false);
    expect(await world.connect("twilio")).toBe(true);
    expect(world.lines.filter((line) => line.includes("url"))).toEqual(
      [`${numberOne} (texts): sms`, `${numberTwo} (texts): sms`]
        .flatMap((start) => [
          `${start}_url: (nothing) → ${webhook()}`,
          `${start}_fallback_url: (nothing) → ${webhook()}`,
        ])
        .concat([
          `${whatsAppNumber} (WhatsApp): callback_url: (nothing) → ${webhook()}`,
          `${whatsAppNumber} (WhatsApp): fallback_url: (nothing) → ${webhook()}`,
        ]),
    );
    expect(world.lines.at(-1)).toBe("0 as it should be, 3 changed.");
    expect(await isConnected()).toBe(true);
    expect((await text(`whatsapp:${whatsAppNumber}`)).status).toBe(200);
  });

  test("changes nothing the second time, nor in a dry run", async () => {
    expect(await world.connect("twilio", { isDry: true })).toBe(true);
    expect(world.lines.at(-1)).toBe("0 as it should be, 3 to be changed.");
    expect(await isConnected()).toBe(false);
    await world.connect("twilio");
    expect(await world.connect("twilio")).toBe(true);
    expect(world.lines.at(-1)).toBe("3 as it should be, 0 changed.");
    expect(world.lines.join()).not.toContain("→");
  });

  test("takes the numbers of router.yaml where the document lists none", async () => {
    const [account] = documents.twilio.accounts;
    const document = JSON.stringify({ accounts: [{ ...account, numbers: undefined }] });
    expect(await world.connect("twilio", { document })).toBe(true);
    expect(world.lines.at(-1)).toBe("0 as it should be, 3 changed.");
  });

  test("says in one line that the token is wrong, and does nothing", async () => {
    const [account] = documents.twilio.accounts;
    const document = JSON.stringify({ accounts: [{ ...account, authToken: "another-token" }] });
    expect(await world.connect("twilio", { document })).toBe(false);
    expect(world.problems).toEqual([
      `account ${account!.accountSid}: Twilio does not take the account's SID with this auth token (20003).`,
    ]);
    expect(await isConnected()).toBe(false);
  });

  test("names a number that the account does not have, and connects the others", async () => {
    const [account] = documents.twilio.accounts;
    const document = JSON.stringify({ accounts: [{ ...account, numbers: [...account!.numbers, "+15005550099"] }] });
    expect(await world.connect("twilio", { document })).toBe(false);
    expect(world.problems).toEqual([
      "+15005550099: The account has no number +15005550099. Check it in Twilio's console.",
    ]);
    expect(world.lines.at(-1)).toBe("0 as it should be, 3 changed, 1 problem.");
  });

  test("says where a Messaging Service has the last word, until it leaves that to the number", async () => {
    const { accountSid } = documents.twilio.accounts[0]!;
    const sid = `MG${"2".repeat(32)}`;
    const service = {
      sid,
      accountSid,
      name: "Offers",
      webhookUrl: "https://elsewhere.example/",
      numbers: [numberOne!],
    };
    await reopened({ services: [{ ...service, defersToNumbers: false }] });
    expect(await world.connect("twilio")).toBe(false);
    expect(world.problems).toEqual([expect.stringMatching(/^\+15005550006 .*"Offers" \(MG2+\).*elsewhere.*Defer/)]);
    await reopened({ services: [{ ...service, defersToNumbers: true }] });
    expect(await world.connect("twilio")).toBe(true);
    expect(await isConnected()).toBe(true);
  });

  test("takes an application off a number, since Twilio would go by that alone", async () => {
    await reopened({ applicationSid: `AP${"3".repeat(32)}` });
    await world.connect("twilio");
    expect(world.lines).toContain(`${numberOne} (texts): sms_application_sid: AP${"3".repeat(32)} → (nothing)`);
    expect(await isConnected()).toBe(true);
  });

  test("tells by name a provider's answer that is none", async () => {
    world.twilio.behaviour.throttledCalls = 1;
    expect(await world.connect("twilio")).toBe(false);
    expect(world.problems).toEqual([expect.stringContaining("Twilio answers 429 (20429): Too Many Requests")]);
  });
});

describe("telegram", () => {
  const message = () => world.telegram.inbound({ from: "700001", to: "switchyard_bot", text: "Hello?" });

  test("sets webhook, word and kinds of updates; what waited then comes", async () => {
    expect((await message())[0]!.status).toBeNull();
    expect(await world.connect("telegram")).toBe(true);
    const kinds = updateKinds.toSorted().join(", ");
    expect(world.lines).toEqual([
      `bot of telegram: url: (nothing) → ${world.url}/webhooks/telegram/telegram`,
      `bot of telegram: allowed_updates: (nothing) → ${kinds}`,
      "bot of telegram: secret_token: set again, since it can't be read",
      "0 as it should be, 1 changed.",
    ]);
    expect((await message())[0]!.status).toBe(200);
    expect(await world.connect("telegram")).toBe(true);
    expect(world.lines.at(-1)).toBe("1 as it should be, 0 changed.");
  });

  test("says what Telegram had to complain of", async () => {
    await world.connect("telegram");
    world.routerStatus = 403;
    await message();
    world.routerStatus = 200;
    expect(await world.connect("telegram")).toBe(true);
    expect(world.lines.join("\n")).toContain(
      "Telegram's last error with the webhook: Wrong response from the webhook: 403 (2026-11-04T10:00:00.000Z)",
    );
  });

  test.each([
    ["a wrong token", { telegram: "7000000001:wrong" }, "Telegram does not take the token."],
    ["an inbox that router.yaml does not have", { another: "7000000001:bots-token" }, 'no Telegram inbox "another"'],
  ])("says in one line of %s", async (_, tokens, problem) => {
    const bots = Object.entries(tokens).map(([inbox, token]) => [inbox, { token, secretToken: "word" }]);
    const document = JSON.stringify({ bots: Object.fromEntries(bots) });
    expect(await world.connect("telegram", { document })).toBe(false);
    expect(world.problems).toEqual([expect.stringContaining(problem)]);
  });

  test("says whose token it is where router.yaml names another bot", async () => {
    const inboxes = configuration.inboxes.map((inbox) =>
      inbox.id === "telegram" ? { ...inbox, address: "another_bot" } : inbox,
    );
    expect(await world.connect("telegram", { configuration: { ...configuration, inboxes } })).toBe(false);
    expect(world.problems).toEqual([expect.stringContaining("@switchyard_bot's, and router.yaml says another_bot")]);
  });
});

describe("meta", () => {
  const onPage = () => world.meta.messaging.inbound({ from: "24000000000001", to: pageId!, text: "Hello?" });
  const onWhatsApp = () => world.meta.whatsapp.inbound({ from: "+4915112345678", to: phoneNumberId!, text: "Hello?" });

  test("subscribes the app, and installs it where messages come in; Instagram's part is a person's", async () => {
    expect((await onPage()).status).toBeNull();
    expect(await world.connect("meta")).toBe(false);
    expect(world.lines.at(-1)).toBe("1 as it should be, 4 changed, 1 problem.");
    expect(world.problems).toEqual([expect.stringContaining("only a person do this: in the app's dashboard")]);
    expect((await onPage()).status).toBe(200);
    expect((await onWhatsApp())[0]!.status).toBe(200);
    await world.connect("meta");
    expect(world.lines.at(-1)).toBe("5 as it should be, 0 changed, 1 problem.");
  });

  test("leaves fields that others have subscribed, and is done where a person has done theirs", async () => {
    const { url } = world;
    await reopened({ metaWebhookUrl: "https://elsewhere.example/webhooks/meta" });
    expect(url).not.toBe(world.url);
    await world.connect("meta");
    expect(world.lines).toContain(
      `subscription to page: callback_url: https://elsewhere.example/webhooks/meta → ${world.url}/webhooks/meta`,
    );
    expect(world.lines.find((line) => line.startsWith("messenger: subscribed_fields: messages → "))).toContain(
      "message_edits, message_reactions, message_reads, messages, messaging_postbacks",
    );
    expect(world.lines).toContain("instagram: as it should be");
  });

  test.each([
    ["an app's secret", { appSecret: "another" }, 1, "app's id with the document's appSecret (190)"],
    ["an access token", { accessTokens: { [phoneNumberId!]: "another" } }, 4, "does not take this access token (190)"],
  ])("says in one line each that %s is wrong", async (_, change, problems, line) => {
    const document = JSON.stringify({ ...documents.meta, ...change });
    expect(await world.connect("meta", { document })).toBe(false);
    expect(world.problems).toHaveLength(problems);
    expect(world.problems.join("\n")).toContain(line);
  });

  test("says that the app is another", async () => {
    expect(await world.connect("meta", { appId: "42" })).toBe(false);
    expect(world.problems).toEqual([expect.stringContaining("Meta does not take the app's id")]);
  });

  test("names an inbox without token, and a token without inbox", async () => {
    const { [instagramId!]: token, ...accessTokens } = documents.meta.accessTokens;
    const document = JSON.stringify({ ...documents.meta, accessTokens: { ...accessTokens, "4711": token } });
    await world.connect("meta", { document });
    expect(world.problems).toEqual(
      expect.arrayContaining([
        expect.stringContaining(`no access token under "${instagramId}"`),
        expect.stringContaining("4711: router.yaml has no inbox"),
      ]),
    );
  });
});

describe("the router is asked first", () => {
  test.each([
    ["twilio", ["POST /webhooks/twilio/messages"]],
    ["telegram", ["POST /webhooks/telegram/telegram"]],
    ["meta", ["GET /webhooks/meta", "POST /webhooks/meta"]],
  ] as const)("as %s will", async (provider, asked) => {
    await world.connect(provider, { isDry: true });
    expect(world.asked).toEqual(asked);
  });

  test.each([
    [403, "Store this document in the router's secret first"],
    [404, "answers 404 to /webhooks/twilio/messages: no. Nothing was changed here."],
  ])("and where it answers %i, nothing is changed", async (status, problem) => {
    world.routerStatus = status;
    expect(await world.connect("twilio")).toBe(false);
    expect(world.problems).toEqual([expect.stringContaining(problem)]);
    world.routerStatus = 200;
    expect((await text()).status).toBeNull();
  });

  test("and where nobody answers, neither", async () => {
    const url = await closedAddress();
    expect(await world.connect("telegram", { url })).toBe(false);
    expect(world.problems).toEqual([`bot of telegram: ${url} could not be reached: ECONNREFUSED`]);
  });
});

describe("secrets", () => {
  test("stay unsaid, whatever a provider answers", async () => {
    const { token, secretToken } = documents.telegram.bots.telegram;
    const body = JSON.stringify({ ok: false, description: `no ${token} with ${secretToken}` });
    const { http } = world;
    Object.assign(world, {
      http: {
        call: (call: Parameters<typeof http.call>[0]) =>
          call.url.includes("telegram.org") ? Promise.resolve({ status: 400, headers: {}, body }) : http.call(call),
      },
    });
    expect(await world.connect("telegram")).toBe(false);
    expect(world.problems).toEqual(["bot of telegram: Telegram answers 400 to getMe: no … with …"]);
  });

  test.each([
    ["no JSON", '{"appSecret":'],
    ["of another provider", JSON.stringify(documents.telegram)],
  ])("have to be of the provider's form, not %s", async (_, document) => {
    await expect(world.connect("meta", { document })).rejects.toThrow(UnusableSecret);
  });
});

describe("npx switchyard connect", () => {
  test("reads the document from standard input, and ends with 1 where something is left", async () => {
    const url = await closedAddress();
    const project = join(import.meta.dirname, "../..");
    const given = ["infra/cli/switchyard.js", "connect", "telegram", "--url", url, "--dry-run"];
    const ended = await new Promise((resolve) => {
      const child = execFile(process.execPath, given, { cwd: project }, (_, output, error) =>
        resolve({ code: child.exitCode, output, error }),
      );
      child.stdin!.end(JSON.stringify(documents.telegram));
    });
    expect(ended).toEqual({
      code: 1,
      output: "0 as it should be, 0 to be changed, 1 problem.\n",
      error: `bot of telegram: ${url} could not be reached: ECONNREFUSED\n`,
    });
  });

  const url = "https://messages.example.com";
  test.each([
    [2, "an unknown provider", ["email"], { url }, "one of twilio, telegram, meta"],
    [2, "no address", ["twilio"], {}, "--url has to be"],
    [2, "an address with a path", ["twilio"], { url: `${url}/webhooks` }, "--url has to be"],
    [2, "an address without TLS", ["twilio"], { url: "http://messages.example.com" }, "--url has to be"],
    [2, "no app", ["meta"], { url }, "--app has to be"],
    [1, "a file that is not there", ["twilio"], { url, secret: "/nowhere.json" }, "ENOENT"],
  ])("ends with %i at %s", async (code, _, given, options, message) => {
    const said: string[] = [];
    const log = vi.spyOn(console, "error").mockImplementation((line: string) => void said.push(line));
    expect(await connect.run(given, options)).toBe(code);
    log.mockRestore();
    expect(said).toEqual([expect.stringContaining(message)]);
  });
});

/** Where surely nobody answers. */
async function closedAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
