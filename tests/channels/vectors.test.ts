import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Webhook as Receiver } from "standardwebhooks";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkVectors } from "../../infra/cli/vectors.ts";
import { describeReport } from "../../infra/cli/vectors/report.ts";

const url = "https://router.example:8443/hook?tenant=1";
const params = { Name: ["b", "a"], Text: "hello" };
const vector = {
  scheme: "twilio",
  name: "ours",
  secret: "key",
  request_url: url,
  params,
  body: null,
  signature: getExpectedTwilioSignature("key", url, params),
  valid: true,
};

const secret = `whsec_${Buffer.from("a key of our own, 32 bytes long.").toString("base64")}`;
const event = {
  scheme: "standard-webhooks",
  name: "our event",
  secret,
  id: "evt_1",
  timestamp: "1793610000",
  body: "{}",
  signature: new Receiver(secret).sign("evt_1", new Date(1_793_610_000_000), "{}"),
  valid: true,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "switchyard-vectors-"));
  for (const part of ["signatures", "sms"]) mkdirSync(path.join(folder, part));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(signatures: unknown, segments: unknown): void {
  writeFileSync(path.join(folder, "signatures/vectors.json"), JSON.stringify(signatures));
  writeFileSync(path.join(folder, "sms/segments.json"), JSON.stringify(segments));
}

describe("vectors", () => {
  it("tells right from wrong, by name, and counts what is not built", () => {
    write(
      [
        vector,
        event,
        { ...event, name: "signed otherwise", body: "{ }" },
        { ...vector, name: "claims too much", signature: "nonsense" },
        { scheme: "pigeon", feather: 1 },
      ],
      [
        { name: "plain", body: "hello", encoding: "GSM-7", segments: 1 },
        { name: "miscounted", body: "hello", encoding: "GSM-7", segments: 2 },
        { name: "misread", body: "hello", encoding: "UCS-2", segments: 1 },
      ],
    );
    const reports = checkVectors(folder);
    expect(reports).toStrictEqual([
      {
        file: "signatures/vectors.json",
        right: 2,
        wrong: ["signed otherwise", "claims too much"],
        notBuilt: { pigeon: 1 },
      },
      { file: "sms/segments.json", right: 1, wrong: ["miscounted", "misread"], notBuilt: {} },
    ]);
    expect(reports.map(describeReport)).toStrictEqual([
      "signatures/vectors.json: 2 of 4 right\n  not tried: 1 of channels that are not built (1 pigeon)\n  wrong: signed otherwise\n  wrong: claims too much",
      "sms/segments.json: 1 of 3 right\n  wrong: miscounted\n  wrong: misread",
    ]);
  });

  it("gives no score where nothing was tried", () => {
    const report = { file: "mails", right: 0, wrong: [], notBuilt: {}, notes: ["there is no truth"] };
    expect(describeReport(report)).toBe("mails: no score\n  there is no truth");
    expect(describeReport({ ...report, notBuilt: { pigeon: 2 } })).toMatch(/^mails: no score\n {2}not tried: 2 /);
  });

  it("fails on files that are not there or of another shape", () => {
    expect(() => checkVectors(folder)).toThrow(/vectors\.json/);
    write([{ ...vector, secret: 1 }], []);
    expect(() => checkVectors(folder)).toThrow(/secret/);
  });
});
