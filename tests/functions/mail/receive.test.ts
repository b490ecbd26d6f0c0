import { describe, expect, it } from "vitest";
import { tokenFor } from "../../../shared/channels/email/reply-address.ts";
import { identityIdOf, messageIdOf } from "../../../shared/core/ids.ts";
import { limits } from "../../../shared/core/limits.ts";
import { conversationId, goldenMail, mailOf, secret } from "../../channels/email/samples.ts";
import { createWorld, objectKey, sesId } from "./world.ts";

const token = tokenFor(conversationId, secret);
const plain = (...headers: string[]) => mailOf("From: Anna <Anna@Customers.example>", ...headers, "", "Hello");

describe("a mail that comes in", () => {
  it("is one message with the provider's id, who wrote it, and the inbox that it came to", async () => {
    const world = createWorld();
    const { message, failed } = await world.mail(plain("Subject: Re: Cup", "Message-ID: <a@customers.example>"));
    expect(failed).toStrictEqual([]);
    expect(message).toStrictEqual({
      kind: "message",
      channel: "email",
      accountId: "ses",
      providerId: sesId,
      inboxId: "support",
      providerTime: "2026-11-04T10:00:00.000Z",
      from: "anna@customers.example",
      senderName: "Anna",
      subject: "Cup",
      text: "Hello",
      media: [],
      references: ["a@customers.example"],
    });
    expect(world.queued).toMatchObject([
      { groupId: identityIdOf("email", "anna@customers.example"), deduplicationId: messageIdOf("email", "ses", sesId) },
    ]);
  });

  it("has its files, HTML and quoted text in the bucket, under keys that say nothing", async () => {
    const world = createWorld();
    const { message } = await world.mail(goldenMail("gmail-above"));
    expect(await world.text(message.fullText?.key)).toContain("> Your parcel comes tomorrow.");
    expect(await world.text(message.html?.key)).toContain("<blockquote");
    const { message: withFiles } = await world.mail(goldenMail("files"));
    expect(
      withFiles.media.map(({ contentType, name, contentId, bytes }) => ({ contentType, name, contentId, bytes })),
    ).toStrictEqual([
      { contentType: "image/png", name: "cup.png", contentId: "cup@customers.example", bytes: 8 },
      { contentType: "application/pdf", name: "Rechnung März fdp.exe", contentId: undefined, bytes: 9 },
      { contentType: "message/rfc822", name: undefined, contentId: undefined, bytes: 65 },
    ]);
    expect((await world.text(withFiles.html?.key))?.trim()).toBe(
      '<p>See <img src="cid:cup@customers.example" alt="the cup"> here.</p>',
    );
    const id = messageIdOf("email", "ses", sesId);
    for (const key of [...world.objects.keys()].filter((one) => one !== objectKey))
      expect(key).toMatch(new RegExp(`^mail/${id}/(?:html|text|file-\\d+)-[0-9a-f]{32}$`));
  });

  it("is the same message when it comes twice, and no object lies there twice", async () => {
    const world = createWorld();
    world.failures.queue = 1;
    const first = await world.mail(goldenMail("files"));
    expect(first.failed).toHaveLength(1);
    const objects = [...world.objects.keys()];
    await world.mail(goldenMail("files"));
    await world.mail(goldenMail("files"));
    expect([...world.objects.keys()]).toStrictEqual(objects);
    const [one, other] = world.queued;
    expect(one).toStrictEqual(other);
  });

  it.each([
    ["the first inbox that is configured", ["SALES@shop.example", "support+x@shop.example"], "support"],
    ["an inbox whose address is written in capitals", ["sales@shop.example"], "sales"],
    ["its own address where no inbox has it", ["Info+news@shop.example"], "info@shop.example"],
  ])("goes to %s", async (_, recipients, inboxId) => {
    expect((await createWorld().mail(plain(), { recipients })).message.inboxId).toBe(inboxId);
  });

  it("takes the recipients from the notification alone", async () => {
    const { message } = await createWorld().mail(plain("To: sales@shop.example", "Delivered-To: sales@shop.example"));
    expect(message.inboxId).toBe("support");
  });

  it.each([
    [{ spam: "FAIL" }, ["spam"]],
    [{ dmarc: "FAIL" }, ["unauthenticated"]],
    [{ spf: "FAIL", dkim: "FAIL" }, ["unauthenticated"]],
    [{ spf: "FAIL" }, undefined],
    [{ dkim: "FAIL" }, undefined],
    [{ spam: "GRAY", dmarc: "GRAY", virus: "PROCESSING_FAILED" }, undefined],
  ])("is marked by SES's verdicts %j: %j", async (verdicts, marks) => {
    const forged = plain("X-SES-Spam-Verdict: FAIL", "Authentication-Results: amazonses.com; dmarc=fail");
    expect((await createWorld().mail(forged, { verdicts })).message.marks).toStrictEqual(marks);
  });

  it("loses its files where one is a virus", async () => {
    const world = createWorld();
    const { message } = await world.mail(goldenMail("files"), { verdicts: { virus: "FAIL" } });
    expect(message).toMatchObject({ media: [], marks: ["virus"] });
    expect([...world.objects.keys()].filter((key) => key.includes("file-"))).toStrictEqual([]);
  });

  it("keeps what it was where something is left out", async () => {
    const world = createWorld();
    const long = mailOf("From: a@b.example", "", "x".repeat(limits.maxMailTextCharacters + 1));
    const { message } = await world.mail(long);
    expect(message.marks).toStrictEqual(["cut"]);
    expect(message.media).toMatchObject([{ contentType: "message/rfc822", name: "original.eml", bytes: long.length }]);
  });

  it("is a message even when it is larger than any may be", async () => {
    const world = createWorld();
    const huge = new Uint8Array(limits.maxMailBytes + 1);
    const { message } = await world.mail(huge, { subject: "Re: Photos" });
    expect(message).toMatchObject({
      from: "anna@customers.example",
      subject: "Photos",
      text: "",
      marks: ["too-large"],
    });
    expect(message.automatic).toBeUndefined();
  });

  it("is never answered by itself when nobody may answer it, however large it is", async () => {
    const huge = new Uint8Array(limits.maxMailBytes + 1);
    const automatic = async (source: string) => (await createWorld().mail(huge, { source })).message.automatic;
    expect(await automatic("<>")).toBe("auto-reply");
    expect(await automatic("MAILER-DAEMON@customers.example")).toBe("bounce");
  });

  it.each([
    ["the envelope", "bob@customers.example", "bob@customers.example"],
    ["nobody", "", "unknown@sender.invalid"],
    ["nobody, when that is no address either", "<>", "unknown@sender.invalid"],
  ])("without a From address is from %s", async (_, source, from) => {
    expect((await createWorld().mail(goldenMail("no-sender"), { source })).message.from).toBe(from);
  });

  it("says that no person wrote it", async () => {
    const automatic = async (name: string) => (await createWorld().mail(goldenMail(name))).message.automatic;
    expect(await automatic("vacation")).toBe("auto-reply");
    expect(await automatic("bounce")).toBe("bounce");
    expect(await automatic("list")).toBe("list");
    expect(await automatic("gmail-above")).toBeUndefined();
  });
});

describe("what a mail answers", () => {
  it("is in the address that it was sent to", async () => {
    const recipients = [`Support+${token.toUpperCase()}@shop.example`];
    const { message } = await createWorld().mail(plain(), { recipients });
    expect(message).toMatchObject({ inboxId: "support", answers: { conversationId, providerIds: [] } });
  });

  it("is in References where the address was lost", async () => {
    const { message } = await createWorld().mail(
      plain(`References: <a@b.example> <${token}@shop.example> <c@d.example>`),
    );
    expect(message.answers).toStrictEqual({ conversationId, providerIds: [] });
  });

  it("is named by ids of SES, oldest first, at most ten", async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `0100019a2b3c4d5e-${String(index).padStart(4, "0")}`);
    const references = ids.map((id, index) => `<${id}@${index % 2 ? "eu-west-1" : "email"}.amazonses.com>`).join(" ");
    const { message } = await createWorld().mail(plain(`References: ${references}`));
    expect(message.answers).toStrictEqual({ providerIds: ids.slice(-limits.maxMailLookups) });
  });

  it.each([
    ["a token of another key", `<${token.slice(0, -1)}x@shop.example>`],
    ["an id of another host", "<0100019a2b3c4d5e-0001@amazonses.com.evil.example>"],
    ["an id of nobody's", "<a@b.example>"],
  ])("is nothing of ours by %s", async (_, id) => {
    expect((await createWorld().mail(plain(`In-Reply-To: ${id}`))).message.answers).toBeUndefined();
  });

  it("is what an answer to it names, itself last", async () => {
    const { message } = await createWorld().mail(
      plain("Message-ID: <c@x.example>", "References: <a@x.example>", "In-Reply-To: <b@x.example>"),
    );
    expect(message.references).toStrictEqual(["a@x.example", "b@x.example", "c@x.example"]);
  });
});
