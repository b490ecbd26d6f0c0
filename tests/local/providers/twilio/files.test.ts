import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sms } from "../../../../shared/channels/sms/index.ts";
import type { OutboundFile } from "../../../../shared/channels/channel.ts";
import { accountSid, inbox, secret } from "../../../channels/sms/samples.ts";
import { customer, main, whatsApp, World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => {
  world.close();
});

const picture = { contentType: "image/png", bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47) };
const get = (url: string, headers: Record<string, string> = {}) => world.twilio.handle({ method: "GET", url, headers });

/** Fetches a customer's file as the router does: where the channel says, with its credentials for Twilio's API alone. */
async function fetched(url: string): Promise<{ status: number; bytes?: Uint8Array; hosts: string[] }> {
  const location = await sms.media!.locate({ contentType: "", url }, { inbox, secret }, world.ports);
  const redirect = get(location.url, location.headers);
  const target = redirect.headers["location"];
  if (target === undefined) return { status: redirect.status, hosts: [new URL(location.url).host] };
  const { status, bytes } = get(target);
  return { status, hosts: [location.url, target].map((each) => new URL(each).host), ...(bytes && { bytes }) };
}

const mediaIn = (): { url: string; contentType: string }[] => {
  const [message] = world.parsed();
  return (message as { media: { url: string; contentType: string }[] }).media;
};

describe("a file from a customer", () => {
  it("lies at Twilio, where it is had with our credentials and lies open behind a redirect that nobody can guess", async () => {
    const { sid } = await world.text("", { media: [picture] });
    expect(sid).toMatch(/^MM/);
    const [file] = mediaIn();
    expect(file).toMatchObject({ contentType: "image/png", url: expect.stringContaining(`/Messages/${sid}/Media/ME`) });
    expect(get(file!.url)).toMatchObject({ status: 401 });
    expect(await fetched(file!.url)).toStrictEqual({
      status: 200,
      bytes: picture.bytes,
      hosts: ["api.twilio.com", "mms.twiliocdn.com"],
    });
    expect(sms.media!.hosts).toEqual(expect.arrayContaining(["api.twilio.com", "mms.twiliocdn.com"]));
    expect(get(`https://mms.twiliocdn.com/${accountSid}/0000`)).toMatchObject({ status: 404 });
  });

  it("is fetched from where the customer has it, or is part of its address", async () => {
    world.files.set("https://example.com/photo", picture);
    await world.text("", { mediaUrls: ["https://example.com/photo", "data:text/plain;base64,aGk="] });
    const [photo, note] = mediaIn();
    expect([photo!.contentType, note!.contentType]).toStrictEqual(["image/png", "text/plain"]);
    expect((await fetched(photo!.url)).bytes).toStrictEqual(picture.bytes);
    expect((await fetched(note!.url)).bytes).toStrictEqual(Uint8Array.from(Buffer.from("hi")));
  });

  it("is gone where it can't be fetched", async () => {
    await world.text("", { mediaUrls: ["https://example.com/photo.jpg?size=1"] });
    const [file] = mediaIn();
    expect(file!.contentType).toBe("image/jpeg");
    expect(await fetched(file!.url)).toMatchObject({ status: 404 });
  });

  it("comes alone on WhatsApp", async () => {
    const media = [picture, picture];
    await expect(world.text("", { to: whatsApp, media })).rejects.toThrow(/^mediaUrls: .* at most 1/);
  });
});

describe("a file to a customer", () => {
  const url = "https://messages.example.com/files/token";
  const file: OutboundFile = {
    url,
    contentType: "image/png",
    bytes: picture.bytes.length,
    name: "photo.png",
    read: async () => undefined,
  };

  it("is fetched from its link before it goes on, and the phone has it", async () => {
    world.files.set(url, picture);
    const result = await world.send("Here it is.", main, { media: [file] });
    expect(result).toMatchObject({ outcome: "sent", providerId: expect.stringMatching(/^MM/) });
    await world.clock.advance(1_000);
    expect(world.statuses()).toStrictEqual(["sent", "delivered"]);
    const [item] = world.twilio.outbox({ channel: "sms", to: customer });
    expect(item).toMatchObject({ text: "Here it is.", media: [{ contentType: "image/png" }] });
    expect(world.twilio.file(item!.media![0]!.url.split("/").at(-1)!)).toMatchObject(picture);
  });

  it.each([
    ["a text message", main, "11200"],
    ["WhatsApp", whatsApp, "63019"],
  ])("fails on %s where its link leads nowhere, and nothing arrives", async (_, from, code) => {
    await world.text("Hello?", { to: from });
    await world.send("", from, { media: [file] });
    await world.clock.advance(1_000);
    expect(world.statuses()).toStrictEqual(["undelivered"]);
    expect(world.parsed().at(-1)).toMatchObject({
      status: "failed",
      error: { code: "file-not-taken", providerCode: code },
    });
    expect(world.twilio.outbox({ to: customer })).toStrictEqual([]);
  });

  it("fails where the files are too large together", async () => {
    world.files.set(url, { ...picture, bytes: new Uint8Array(2_600_000) });
    await world.send("", main, { media: [file, file] });
    await world.clock.advance(1_000);
    expect(world.parsed().at(-1)).toMatchObject({ status: "failed", error: { code: "file-too-large" } });
  });
});
