import { describe, expect, it } from "vitest";
import { sms } from "../../../shared/channels/sms/index.ts";
import { whatsappTwilio } from "../../../shared/channels/whatsapp-twilio/index.ts";
import { MediaRefused } from "../../../shared/ports/media.ts";
import { portsWith } from "../../contracts/channel.ts";
import { accountSid, inbox, secret, tokens } from "../sms/samples.ts";

const media = sms.media!;
const url = `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/MM${"1".repeat(32)}/Media/ME${"2".repeat(32)}`;
const locate = (link: string | undefined) =>
  media.locate(
    { contentType: "image/png", ...(link !== undefined && { url: link }) },
    { inbox, secret },
    portsWith({}),
  );

describe("a customer's file at Twilio", () => {
  it("is had by our credentials, which Twilio's API alone is given", async () => {
    const authorization = `Basic ${Buffer.from(`${accountSid}:${tokens.current}`).toString("base64")}`;
    expect(await locate(url)).toStrictEqual({ url, headers: { authorization } });
    expect(media.credentialHosts).toStrictEqual(["api.twilio.com"]);
    expect(whatsappTwilio.media).toBe(media);
  });

  it.each([
    ["no link", undefined],
    ["another host", url.replace("api.twilio.com", "api.twilio.com.evil.example")],
    ["user information before the host", url.replace("//", "//evil.example@")],
    ["no encryption", url.replace("https:", "http:")],
    ["another account", url.replace(accountSid, `AC${"f".repeat(32)}`)],
    ["something else of the account's", url.replace(/\/Messages.*/, "/Messages.json")],
    ["a path that goes up", `${url}/../../../IncomingPhoneNumbers.json`],
    ["a query", `${url}?x=1`],
  ])("is refused with %s", async (_, link) => {
    await expect(locate(link)).rejects.toThrow(MediaRefused);
  });
});
