import { describe, expect, it } from "vitest";
import { UnusableSecret, type OutboundFile } from "../../../shared/channels/channel.ts";
import { email } from "../../../shared/channels/email/index.ts";
import { parseMail } from "../../../shared/channels/email/parse.ts";
import { portsWith } from "../../contracts/channel.ts";
import { KeptMail } from "../../flow/ports.ts";
import { file, sendRequest } from "./samples.ts";

async function sent(media: OutboundFile[]) {
  const mail = new KeptMail();
  const result = await email.send({ ...sendRequest, media }, portsWith({ mail }));
  return { result, mails: await Promise.all(mail.sent.map(({ raw }) => parseMail(raw))) };
}

const unread: OutboundFile = { ...file, read: () => Promise.reject(new Error("ServiceUnavailable")) };
const erased: OutboundFile = { ...file, read: async () => undefined };

describe("a mail with files", () => {
  it("is one mail with all of them, in their order", async () => {
    const { result, mails } = await sent([file, { ...file, name: "map.pdf" }]);
    expect(result).toMatchObject({ outcome: "sent" });
    expect(mails).toHaveLength(1);
    expect(mails[0]!.attachments.map(({ name }) => name)).toEqual([file.name, "map.pdf"]);
    expect(mails[0]!.attachments[0]).toEqual({
      name: file.name,
      contentType: "application/pdf",
      content: await file.read(),
    });
  });

  it("surely did not go out, and is tried again, while one of them can't be read", async () => {
    const { result, mails } = await sent([file, unread]);
    expect(result).toMatchObject({ outcome: "notSent", error: { code: "files-not-read" }, retryAfterMs: 1_000 });
    expect(mails).toEqual([]);
  });

  it("never goes out without one that was erased", async () => {
    const { result, mails } = await sent([file, erased]);
    expect(result).toMatchObject({ outcome: "refused", error: { code: "file-erased" } });
    expect(mails).toEqual([]);
  });
});

describe("files that no mail takes", () => {
  const refused = new RegExp(email.capabilities.media.refusedName!);

  it.each(["setup.exe", "a.b.js", "x.ps1", "brief.vbs"])("are refused by their ending: %s", (name) => {
    expect(refused.test(name)).toBe(true);
  });

  it.each(["exe", "report.pdf", "exe.txt", "a.json", "letter.docx", "pictures.zip"])("are not %s", (name) => {
    expect(refused.test(name)).toBe(false);
  });
});

it("surely did not go out while the signing secret can't be used", async () => {
  const mail = new KeptMail();
  const sending = email.send({ ...sendRequest, secret: { signingKey: "too short" } }, portsWith({ mail }));
  await expect(sending).rejects.toThrow(UnusableSecret);
  expect(mail.sent).toEqual([]);
});
