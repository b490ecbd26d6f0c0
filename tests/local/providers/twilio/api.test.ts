import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountSid, tokens } from "../../../channels/sms/samples.ts";
import { customer, main, second, World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => {
  world.close();
});

const messages = `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages.json`;
const authorization = `Basic ${btoa(`${accountSid}:${tokens.current}`)}`;

function call(
  method: "GET" | "POST" | "DELETE",
  url: string,
  body?: string,
  headers: Record<string, string> = { authorization },
) {
  const answer = world.twilio.handle({ method, url, headers, ...(body !== undefined && { body }) });
  return {
    status: answer.status,
    headers: answer.headers,
    body: JSON.parse(answer.body || "null") as Record<string, unknown>,
  };
}
const post = (fields: Record<string, string>) => call("POST", messages, new URLSearchParams(fields).toString());
const valid = { To: customer, From: main, Body: "hello" };

describe("the simulated message API", () => {
  it("creates a message as Twilio does", () => {
    const { status, body } = post(valid);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      account_sid: accountSid,
      direction: "outbound-api",
      from: main,
      to: customer,
      body: "hello",
      status: "queued",
      num_segments: "1",
      error_code: null,
      date_created: "Wed, 04 Nov 2026 10:00:00 +0000",
      date_sent: null,
    });
    expect(call("GET", `https://api.twilio.com${String(body["uri"])}`).body).toStrictEqual(body);
  });

  it("tells how far a message is", async () => {
    const { body } = post(valid);
    await world.clock.advance(60);
    expect(call("GET", `https://api.twilio.com${String(body["uri"])}`).body).toMatchObject({
      status: "sent",
      date_sent: "Wed, 04 Nov 2026 10:00:00 +0000",
    });
    await world.clock.advance(60);
    expect(call("GET", `https://api.twilio.com${String(body["uri"])}`).body).toMatchObject({ status: "delivered" });
  });

  it.each([
    [21604, { ...valid, To: "" }],
    [21211, { ...valid, To: "12345" }],
    [21603, { ...valid, From: "" }],
    [21606, { ...valid, From: "+15550999999" }],
    [21266, { ...valid, To: main }],
    [21602, { ...valid, Body: "" }],
    [21617, { ...valid, Body: "x".repeat(1601) }],
    [21624, { ...valid, ValidityPeriod: "36001" }],
    [21624, { ...valid, ValidityPeriod: "0" }],
    [21624, { ...valid, ValidityPeriod: "4h" }],
    [21609, { ...valid, StatusCallback: "not a URL" }],
    [20001, { ...valid, SendAt: "2026-11-05T00:00:00Z" }],
  ])("refuses with %i", (code, fields) => {
    expect(post(fields)).toMatchObject({
      status: 400,
      body: {
        code,
        message: expect.stringMatching(/\S/),
        more_info: `https://www.twilio.com/docs/errors/${code}`,
        status: 400,
      },
    });
    expect(call("GET", messages).body["messages"]).toStrictEqual([]);
  });

  it.each([
    ["none", {}],
    ["a wrong token", { authorization: `Basic ${btoa(`${accountSid}:wrong`)}` }],
  ])("lets nobody in with %s", (_, headers) => {
    expect(call("POST", messages, "", headers)).toMatchObject({
      status: 401,
      body: { code: 20003, message: "Authenticate" },
    });
  });

  it("knows no other accounts, paths or methods", () => {
    expect(call("GET", messages.replace(accountSid, `AC${"f".repeat(32)}`)).status).toBe(401);
    expect(call("GET", messages.replace("Messages", "Calls"))).toMatchObject({ status: 404, body: { code: 20404 } });
    expect(call("GET", messages.replace("Messages", `Messages/SM${"0".repeat(32)}`))).toMatchObject({
      status: 404,
      body: { code: 20404 },
    });
    expect(call("DELETE", messages)).toMatchObject({ status: 405, body: { code: 20004 } });
  });

  it("throttles as often as it is told to, and takes nothing then", () => {
    world.twilio.behaviour.throttledCalls = 2;
    for (let calls = 0; calls < 2; calls += 1)
      expect(post(valid)).toMatchObject({ status: 429, headers: { "retry-after": "1" }, body: { code: 20429 } });
    expect(call("GET", messages).body["messages"]).toStrictEqual([]);
    expect(post(valid).status).toBe(201);
  });

  describe("its list", () => {
    const bodies = (url: string): { texts: string[]; next: unknown } => {
      const { body } = call("GET", url);
      const texts = (body["messages"] as { body: string }[]).map((message) => message.body);
      return { texts, next: body["next_page_uri"] };
    };

    it("has the newest first, page after page, and nothing twice though more come in", () => {
      for (let count = 1; count <= 5; count += 1) post({ ...valid, Body: `text ${count}` });
      const first = bodies(`${messages}?PageSize=2`);
      expect(first.texts).toStrictEqual(["text 5", "text 4"]);
      post({ ...valid, Body: "text 6" });
      const next = bodies(`https://api.twilio.com${String(first.next)}`);
      expect(next.texts).toStrictEqual(["text 3", "text 2"]);
      expect(bodies(`https://api.twilio.com${String(next.next)}`)).toStrictEqual({ texts: ["text 1"], next: null });
    });

    it("is narrowed by both numbers", async () => {
      post({ ...valid, Body: "out" });
      post({ ...valid, From: second, Body: "out of the second" });
      await world.text("in");
      const query = (fields: Record<string, string>) => bodies(`${messages}?${new URLSearchParams(fields)}`).texts;
      expect(query({ To: customer, From: main })).toStrictEqual(["out"]);
      expect(query({ From: customer })).toStrictEqual(["in"]);
      expect(query({ To: customer })).toStrictEqual(["out of the second", "out"]);
    });

    it("is narrowed by when messages went out or came in", async () => {
      await world.text("first");
      await world.clock.advance(60_000);
      await world.text("second");
      const query = (fields: Record<string, string>) => bodies(`${messages}?${new URLSearchParams(fields)}`).texts;
      expect(query({ "DateSent>": "2026-11-04T10:00:30Z" })).toStrictEqual(["second"]);
      expect(query({ "DateSent<": "2026-11-04T10:00:30Z" })).toStrictEqual(["first"]);
      expect(call("GET", `${messages}?DateSent%3E=soon`)).toMatchObject({ status: 400 });
    });

    it("names the files of a message", async () => {
      const { sid } = await world.text("", { media: [{ contentType: "image/png", bytes: Uint8Array.of(1) }] });
      const { body } = call("GET", messages.replace(".json", `/${sid}/Media.json`));
      const [file] = body["media_list"] as { sid: string }[];
      expect(file).toMatchObject({ parent_sid: sid, content_type: "image/png", sid: expect.stringMatching(/^ME/) });
      expect(call("GET", messages.replace(".json", `/${sid}/Media/${file!.sid}.json`)).body).toStrictEqual(file);
    });

    it("refuses what it does not imitate", () => {
      expect(call("GET", `${messages}?DateSent=2026-11-04`)).toMatchObject({
        status: 400,
        body: { message: expect.stringContaining("DateSent") },
      });
      expect(call("GET", `${messages}?PageSize=many`)).toMatchObject({ status: 400, body: { code: 20006 } });
    });
  });
});
