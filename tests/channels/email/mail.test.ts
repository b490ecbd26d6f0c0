import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostileMails } from "../../../bench/mail/hostile.ts";
import { readParts } from "../../../shared/channels/email/letter.ts";
import { parseMail } from "../../../shared/channels/email/parse.ts";
import { sanitizeHtml } from "../../../shared/channels/email/html/sanitize.ts";
import { limits } from "../../../shared/core/limits.ts";
import { readingOf } from "./golden.ts";
import { goldenExpectation, goldenMail, goldenNames, mailOf } from "./samples.ts";

describe("a mail", () => {
  it.each(goldenNames)("is read: %s", async (name) => {
    expect(await readingOf(goldenMail(name))).toStrictEqual(goldenExpectation(name));
  });

  it("is read the same with line ends of any kind", async () => {
    const text = goldenMail("thunderbird-below").toString("latin1");
    const expected = goldenExpectation("thunderbird-below");
    for (const end of ["\n", "\r"])
      expect(await readingOf(Buffer.from(text.replaceAll("\r\n", end), "latin1"))).toStrictEqual(expected);
  });

  it("may be in UTF-7, which no platform decodes", async () => {
    const raw = mailOf("Content-Type: text/plain; charset=UTF-7", "", "Gr+APwA3w-e: 1 +- 1, +Ti1lhw-");
    expect((await parseMail(raw)).plain?.trim()).toBe("Grüße: 1 + 1, 中文");
  });

  it("has no more of anything than the limits say, and says that it was cut", async () => {
    const file = "--b\r\nContent-Type: application/x-thing\r\n\r\nx\r\n";
    const raw = mailOf("Content-Type: multipart/mixed; boundary=b", "", file.repeat(limits.maxMailAttachments + 1));
    const { attachments, isCut } = await parseMail(raw);
    expect({ count: attachments.length, isCut }).toStrictEqual({ count: limits.maxMailAttachments, isCut: true });
  });

  it("keeps its sender when its headers are a bomb", async () => {
    const bomb = `X-Bomb: ${"x".repeat(limits.maxMailHeaderBytes)}`;
    const mail = await parseMail(mailOf(bomb, "From: anna@customers.example", "Subject: still here", "", "text"));
    expect(mail).toMatchObject({ from: { address: "anna@customers.example" }, subject: "still here", isCut: true });
    expect(mail.plain?.trim()).toBe("text");
  });

  it("is read by its headers alone where its parts can't be told apart", async () => {
    const raw = hostileMails["nested 5,000 deep"]!();
    expect(await parseMail(raw)).toMatchObject({ from: { address: "anna@customers.example" }, isUnreadable: true });
  });

  it("is no trouble, whatever happened to its bytes on the way", async () => {
    const change = fc.record({
      name: fc.constantFrom(...goldenNames),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.nat(40),
      insert: fc.oneof(
        fc.uint8Array({ maxLength: 20 }),
        fc
          .constantFrom(
            "\r\n\r\n",
            "--b1",
            "boundary=",
            "=?",
            "charset=x-none",
            "<blockquote>",
            "base64",
            "\0",
            "<",
            '"',
          )
          .map((text) => Buffer.from(text)),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        let raw: Uint8Array = goldenMail(changes[0]!.name);
        for (const { at, remove, insert } of changes) {
          const start = Math.floor(at * raw.length);
          raw = Buffer.concat([raw.subarray(0, start), insert, raw.subarray(start + remove)]);
        }
        const mail = await parseMail(raw);
        const letter = readParts({ plain: mail.plain, html: mail.html, isForward: false });
        const html = sanitizeHtml(mail.html ?? "").html;
        for (const text of [letter.text, letter.fullText ?? "", mail.from?.address ?? "", mail.from?.name ?? ""])
          expect(text.isWellFormed()).toBe(true);
        expect(html).not.toMatch(/<script|<style|<svg|\son\w+=/i);
      }),
      { numRuns: process.env["SWITCHYARD_FULL"] ? 20_000 : 500 },
    );
  });
});
