import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Meter } from "../../../infra/local/gateway/gateway.ts";
import { SimRouter } from "../../../infra/local/sim/router.ts";
import { callerOf, inboxes, ProvidersWorld } from "./sim-world.ts";

let world: ProvidersWorld;
let call: ReturnType<typeof callerOf>;
const begin = Date.UTC(2026, 10, 22);
const anna = "+4915112345678";
const png = { contentType: "image/png", name: "cup.png", content: "iVBORw0=" };
const pngBytes = Uint8Array.from(Buffer.from(png.content, "base64"));

beforeEach(() => {
  world = new ProvidersWorld(begin);
  call = callerOf(simOf());
});
afterEach(() => world.close());

const simOf = (own = inboxes): SimRouter =>
  new SimRouter({ ...world, meter: new Meter(world.clock), inboxes: own, pageDirectory: "/nowhere" });

describe("a text by Twilio", () => {
  const text = { from: anna, to: "+15005550006", body: "Hello" };

  test("goes to the router", async () => {
    expect(await call("POST", "/twilio/messages", text)).toMatchObject({ status: 200, json: { status: 200 } });
    expect(new URLSearchParams(world.last()).get("Body")).toBe("Hello");
  });

  test("goes to the router from WhatsApp too", async () => {
    const message = { ...text, from: `whatsapp:${anna}`, to: "whatsapp:+15005550010" };
    const { json } = await call("POST", "/twilio/messages", { ...message, details: { ProfileName: "Anna" } });
    const fields = new URLSearchParams(world.last());
    expect(Object.fromEntries(fields)).toMatchObject({ From: message.from, To: message.to, ProfileName: "Anna" });
    expect(fields.get("MessageSid")).toBe(json.sid);
  });

  test("brings its pictures as bytes or from where they are", async () => {
    world.files.set("https://pictures.example/a.gif", { contentType: "image/gif", bytes: Uint8Array.of(7) });
    const mediaUrls = ["https://pictures.example/a.gif"];
    await call("POST", "/twilio/messages", { ...text, files: [png], mediaUrls });
    const fields = new URLSearchParams(world.last());
    expect([fields.get("MediaContentType0"), fields.get("MediaContentType1")]).toEqual(["image/gif", "image/png"]);
    const sid = fields.get("MediaUrl1")!.split("/").at(-1);
    expect(await call("GET", `/files/twilio/${sid}`)).toMatchObject({ status: 200, body: pngBytes });
  });

  test.each([
    [{ from: "Anna" }, /^from: Anna/],
    [{ body: undefined }, /^body: /],
    [{ to: "+1999" }, /^to: \+1999/],
    [{ files: [{ ...png, content: "?" }] }, /^files\.0\.content: /],
    [{ files: [{ ...png, contentType: "image" }] }, /^files\.0\.contentType: /],
    [{ media: [] }, /media/],
  ])("with %j is refused by name", async (change, words) => {
    const { status, json } = await call("POST", "/twilio/messages", { ...text, ...change });
    expect({ status, detail: json.detail }).toEqual({ status: 400, detail: expect.stringMatching(words) });
    expect(world.told).toEqual([]);
  });
});

test.each(["twilio", "whatsapp", "messenger", "instagram", "telegram", "custom"])(
  "what the router refuses of %s is a 502 with its answer",
  async (channel) => {
    world.answer = 403;
    const from = ["messenger", "instagram", "telegram"].includes(channel) ? "4915" : anna;
    const text = channel === "twilio" ? { from, to: "+15005550006", body: "Hello" } : { from, text: "Hello" };
    const { status, json } = await call("POST", `/${channel}/messages`, text);
    expect(status).toBe(502);
    expect(json.detail).toContain("403");
  },
);

describe("what a customer does", () => {
  const does = async (channel: string, action: object): Promise<string[]> => {
    const from = channel === "whatsapp" ? anna : channel === "custom" ? "C-4711" : "4915";
    const { status, json } = await call("POST", `/${channel}/messages`, { from, ...action });
    expect(status, JSON.stringify(json)).toBe(200);
    return json.items.map(({ providerId }: { providerId: string }) => providerId);
  };
  const place = { latitude: 52.5, longitude: 13.4 };

  test.each([
    ["whatsapp", { text: "Hello", name: "Anna" }, /"name":"Anna".*"body":"Hello"/],
    ["whatsapp", { to: "101", text: "Look", files: [png] }, /"image".*"mime_type":"image\/png".*"caption":"Look"/],
    ["whatsapp", { to: "whatsapp", location: { ...place, name: "Office" } }, /"name":"Office"/],
    ["whatsapp", { contact: { name: "Ben", phone: "+49151" } }, /"formatted_name":"Ben"/],
    ["whatsapp", { newNumber: "+4915112345679" }, /user_id_update/],
    ["messenger", { text: "Hello" }, /"id":"102".*"text":"Hello"/],
    ["messenger", { location: { ...place, title: "Here" } }, /"lat":52.5/],
    ["messenger", { postback: { title: "Begin", payload: "begin" } }, /"payload":"begin"/],
    ["messenger", { text: "Hello", advertisement: "Sale" }, /"ad_title":"Sale"/],
    ["instagram", { text: "Nice", storyReply: "https://instagram.example/1" }, /"id":"103".*"story"/],
    ["instagram", { storyMention: "https://instagram.example/1" }, /story_mention/],
    ["telegram", { text: "Hello", name: "Anna" }, /"first_name":"Anna".*"text":"Hello"/],
    ["telegram", { location: place }, /"latitude":52.5/],
    ["telegram", { contact: { name: "Ben", phone: "+49151" } }, /"phone_number":"\+49151","first_name":"Ben"/],
    ["telegram", { blocks: true }, /"status":"kicked"/],
    ["custom", { text: "I have moved", subject: "Address", name: "Anna" }, /"subject":"Address"/],
    ["custom", { text: "Letter", files: [png] }, /"name":"cup.png","contentType":"image\/png","content":"iVBORw0="/],
    ["custom", { text: "Letter", files: [png], linksFiles: true }, /counter\.example\/files\//],
  ])("on %s is told to the router: %j", async (channel, action, told) => {
    await does(channel, action);
    expect(world.last()).toMatch(told);
  });

  test.each(["whatsapp", "messenger", "instagram", "telegram"])("a reaction, and its end, on %s", async (channel) => {
    const [to] = await does(channel, { text: "Hello" });
    await does(channel, { reaction: { to, emoji: "+" } });
    expect(world.last()).toContain(`"emoji":"+"`);
    await does(channel, { reaction: { to, emoji: null } });
    expect(world.last()).toMatch(/reaction/);
    expect(world.last()).not.toContain(`"new_reaction":[{`);
  });

  test.each(["whatsapp", "messenger", "instagram", "telegram"])("an edit and an answer on %s", async (channel) => {
    const [edits] = await does(channel, { text: "Helo" });
    await does(channel, { edits, text: "Hello" });
    expect(world.last()).toMatch(/edit.*"Hello"/);
    await does(channel, { replyTo: edits, text: "By the way" });
    expect(world.last()).toMatch(/"context"|"reply_to"|"reply_to_message"/);
  });

  test("deleting on WhatsApp and Instagram", async () => {
    const [deletes] = await does("whatsapp", { text: "Hello" });
    await does("whatsapp", { deletes });
    expect(world.last()).toContain("revoke");
    const [unsends] = await does("instagram", { text: "Hello" });
    await does("instagram", { unsends });
    expect(world.last()).toContain(`"is_deleted":true`);
  });

  test("an album is a message for each picture", async () => {
    const files = [png, { ...png, name: "b.png" }];
    expect(await does("telegram", { files })).toHaveLength(2);
    expect(await does("whatsapp", { files })).toHaveLength(2);
    expect(await does("messenger", { files })).toHaveLength(1);
  });

  test("who blocks a page is out of its reach, and nobody is told", async () => {
    await does("messenger", { text: "Hello" });
    const send = async () => {
      const body = { recipient: { id: "4915" }, messaging_type: "RESPONSE", message: { text: "Hi" } };
      const url = "https://graph.facebook.com/v25.0/me/messages";
      const headers = { authorization: "Bearer access" };
      const { meta } = world.providers;
      return (await meta.handle({ method: "POST", url, headers, body: JSON.stringify(body) })).status;
    };
    expect(await does("messenger", { blocks: true })).toEqual([]);
    expect(world.told).toHaveLength(1);
    expect(await send()).toBe(400);
    await does("messenger", { blocks: false });
    expect(await send()).toBe(200);
    await world.clock.advance(1_000);
    await does("messenger", { reads: true });
    expect(world.last()).toContain("watermark");
  });
});

test.each([
  ["whatsapp", { from: "Anna", text: "Hello" }, /^from: Anna/],
  ["whatsapp", { from: anna, to: "whatsapp-twilio", text: "Hello" }, /^to: .*\/sim\/twilio\/messages/],
  ["whatsapp", { from: anna, text: "Hello", reaction: { to: "1", emoji: "+" } }, /^text: does not go with reaction/],
  ["whatsapp", { from: anna, edits: "1", text: "Hello", files: [png] }, /^files: does not go with edits/],
  ["whatsapp", { from: anna, location: { latitude: 91, longitude: 0 } }, /^location\.latitude: /],
  ["whatsapp", { from: anna, choice: { to: "1", title: "Yes" } }, /no message 1/],
  ["messenger", { from: "1", to: "instagram", text: "Hello" }, /^to: instagram is none of messenger/],
  ["messenger", { from: "1", choice: { title: "Yes" } }, /"Yes" is not offered/],
  ["instagram", { from: "1", name: "Anna", text: "Hello" }, /name/],
  ["instagram", { from: "1" }, /^text: /],
  ["telegram", { from: "1", choice: { title: "Yes" } }, /no button "Yes"/],
  ["custom", { from: " ", text: "Hello" }, /^from: /],
])("%s refuses %j by name", async (channel, action, words) => {
  const { status, json } = await call("POST", `/${channel}/messages`, action);
  expect({ status, detail: json.detail }).toEqual({ status: 400, detail: expect.stringMatching(words) });
  expect(world.told).toEqual([]);
});

test("a channel without an inbox has no customers", async () => {
  call = callerOf(simOf([]));
  expect((await call("POST", "/telegram/messages", { from: "1", text: "Hello" })).json.detail).toContain("no inbox");
});

describe("what customers have received", () => {
  const text = (change: object) =>
    world.providers.twilio.handle({
      method: "POST",
      url: `https://api.twilio.com/2010-04-01/Accounts/AC${"0".repeat(32)}/Messages.json`,
      headers: {
        authorization: `Basic ${Buffer.from(`AC${"0".repeat(32)}:token`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({ To: anna, From: "+15005550006", Body: "Hi", ...change }).toString(),
    });

  const found = async (query: string): Promise<string[]> =>
    (await call("GET", `/outbox?${query}`)).json.items.map((item: { channel: string }) => item.channel);

  test("is found however a number is written, by several addresses at once, each message once", async () => {
    await call("POST", "/twilio/messages", {
      from: `whatsapp:${anna}`,
      to: "whatsapp:+15005550010",
      body: "Hello",
    });
    expect((await text({})).status).toBe(201);
    await world.clock.advance(1_000);
    expect((await text({ To: `whatsapp:${anna}`, From: "whatsapp:+15005550010" })).status).toBe(201);
    await world.clock.advance(1_000);
    for (const to of [anna, encodeURIComponent(anna), anna.slice(1), `whatsapp:${anna}`])
      expect(await found(`to=${to}`), to).toEqual(["sms", "whatsapp"]);
    expect(await found(`channel=whatsapp&to=${anna}`)).toEqual(["whatsapp"]);
    expect(await found("to=+4915112345679")).toEqual([]);
    expect(await found(`to=${anna}&to=${anna.slice(1)}&to=4915`)).toEqual(["sms", "whatsapp"]);
    expect(await found("")).toEqual(["sms", "whatsapp"]);
  });

  test("has its files at their addresses, where nothing in them runs", async () => {
    const link = "https://messages.example/files/a";
    const script = Uint8Array.from(Buffer.from("<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>"));
    world.files.set(link, { contentType: "image/svg+xml", bytes: script });
    expect((await text({ MediaUrl: link })).status).toBe(201);
    await world.clock.advance(1_000);
    const [{ media }] = (await call("GET", `/outbox?to=${anna}`)).json.items;
    expect(media).toEqual([{ contentType: "image/svg+xml", url: expect.stringMatching(/^\/sim\/files\/twilio\/ME/) }]);
    const path = media[0].url.replace("/sim", "");
    expect(await call("GET", path)).toMatchObject({
      status: 200,
      headers: {
        "content-type": "image/svg+xml",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
      },
      body: script,
    });
    expect(await call("POST", path)).toMatchObject({ status: 405, headers: { allow: "GET" } });
  });

  test.each(["/files/twilio/ME0", "/files/nobody/1", "/files/twilio", "/files/twilio/a/b"])(
    "has nothing at %s",
    async (path) => expect((await call("GET", path)).status).toBe(404),
  );
});
