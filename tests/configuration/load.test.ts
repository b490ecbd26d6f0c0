import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { channelCapabilities } from "../../shared/channels/registry.ts";
import { checkConfiguration, loadConfiguration } from "../../infra/configuration/load.ts";
import { changed, check, lines } from "./samples.ts";

test("a right file has neither errors nor warnings, and its defaults are filled in", () => {
  expect(check(lines.join("\n"))).toEqual({ errors: [], warnings: [] });
  const { configuration } = checkConfiguration(lines.join("\n"), "router.yaml");
  expect(configuration).toEqual({
    schemaVersion: 1,
    templates: [],
    version: expect.stringMatching(/^[0-9a-f]{12}$/),
    defaultLanguage: "en",
    languages: ["en", "de"],
    inboxes: [{ id: "sms-main", channel: "sms", address: "+15005550006" }],
    channels: channelCapabilities(),
    hours: [
      {
        id: "office",
        timeZone: "Europe/Berlin",
        week: {
          mon: [
            ["09:00", "12:00"],
            ["13:00", "17:00"],
          ],
        },
        holidays: ["2026-12-25"],
      },
    ],
    pools: [
      {
        id: "service",
        rampUpMs: 30_000,
        queues: [{ id: "general", acceptance: "automatic", offerExpiresAfterMs: 60_000 }],
        agents: [
          {
            id: "agent-en",
            name: "agent-en",
            skills: { en: 5, de: 3 },
            units: 2,
            weightByChannel: {},
            queueIds: ["general"],
          },
        ],
      },
    ],
    rules: [
      {
        id: "hello",
        when: { words: ["hello"], open: { hours: "office", is: false } },
        do: {
          queue: "general",
          steps: [{ requirements: [{ skill: "language", level: 3 }] }],
          priority: "high",
          reply: "closed",
        },
        stop: false,
      },
    ],
    defaultQueueId: "general",
    maxWaitMs: { urgent: 60_000, high: 300_000, normal: 900_000, low: 3_600_000 },
    replies: { closed: { en: "We are closed.", de: "Wir haben zu." } },
    cannedReplies: [],
  });
});

describe("the version", () => {
  const versionOf = (text: string) => checkConfiguration(text, "router.yaml").configuration.version;
  const version = versionOf(lines.join("\n"));

  test("is that of the content, not of its layout", () => {
    expect(versionOf(changed({ 4: '  - {address: "+15005550006",   channel: sms, id: sms-main} # ours' }))).toBe(
      version,
    );
    expect(versionOf(changed({ 13: "      - { id: general, offerExpiresAfter: 1 min }" }))).toBe(version);
  });

  test("is another when anything is", () => {
    expect(versionOf(changed({ 15: lines[14]!.replace("units: 2", "units: 3") }))).not.toBe(version);
  });
});

test("all errors are told at once, in the order of the file, as file:line:column", () => {
  const text = changed({ 7: "    timeZone: Berlin", 16: "defaultQueue: sales", 22: "    do: { reply: opened }" });
  expect(() => checkConfiguration(text, "router.yaml")).toThrow(
    [
      'router.yaml:7:15: "Berlin" is no time zone: write its IANA name, such as "Europe/Berlin".',
      'router.yaml:16:15: There is no queue "sales". There are: general.',
      'router.yaml:22:18: There is no reply "opened". There are: closed.',
    ].join("\n"),
  );
});

test("loadConfiguration reads a file, and says which one it can't read", () => {
  const folder = mkdtempSync(join(tmpdir(), "switchyard-configuration-"));
  try {
    const file = join(folder, "router.yaml");
    expect(() => loadConfiguration(file)).toThrow(`${file}:1:1: The file can't be read: ENOENT`);
    writeFileSync(file, lines.join("\n"));
    expect(loadConfiguration(file).defaultQueueId).toBe("general");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
