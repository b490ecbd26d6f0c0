import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { composeMail, type Enclosure } from "../../../shared/channels/email/compose.ts";
import { parseMail } from "../../../shared/channels/email/parse.ts";
import { conversationOf, splitLabel, tokenFor, tokenPartOf } from "../../../shared/channels/email/reply-address.ts";
import { limits } from "../../../shared/core/limits.ts";
import { conversationId, secret, sendRequest } from "./samples.ts";

const composed = async (change: Partial<typeof sendRequest> = {}, enclosures: Enclosure[] = []) => {
  const raw = await composeMail({ ...sendRequest, ...change }, enclosures);
  return { text: raw.toString("utf8"), mail: await parseMail(raw) };
};

describe("a mail out", () => {
  it("says the same as text and as HTML, with what was typed escaped", async () => {
    const { mail } = await composed();
    expect(mail.plain?.trimEnd().replaceAll("\r\n", "\n")).toBe(sendRequest.text);
    expect(mail.html).toContain("<br>");
    expect(mail.html).toContain("&lt;b&gt;10 €&lt;/b&gt; &amp; mehr");
    expect(mail.subject).toBe(sendRequest.subject);
    expect(mail.attachments).toStrictEqual([]);
  });

  it("names what it answers, with our token first, and where answers go", async () => {
    const { mail } = await composed();
    const [first = "", ...others] = mail.answered;
    expect(conversationOf(tokenPartOf(first), secret)).toBe(conversationId);
    expect(others).toStrictEqual(["first@customers.example", "second@customers.example"]);
    expect(mail.headers.first("in-reply-to")).toBe("<second@customers.example>");
    const { address, label } = splitLabel(mail.headers.first("reply-to").replace(/^.*<|>$/g, ""));
    expect(address).toBe("support@shop.example");
    expect(conversationOf(label, secret)).toBe(conversationId);
    expect(mail.headers.first("from")).toBe("Shop <support@shop.example>");
    expect(mail.headers.first("date")).toBe("Wed, 04 Nov 2026 10:00:00 +0000");
  });

  it("keeps the chain short however long the thread is", async () => {
    const references = Array.from({ length: 500 }, (_, index) => `mail-${index}@customers.example`);
    const { mail } = await composed({ references });
    expect(mail.answered).toHaveLength(20);
    expect(mail.answered.at(-1)).toBe("mail-499@customers.example");
  });

  it("says that nobody wrote it, only where that is so", async () => {
    const byPerson = await composed();
    expect(byPerson.mail.headers.has("auto-submitted")).toBe(false);
    const { mail } = await composed({ isAutomatic: true });
    expect(mail.headers.first("auto-submitted")).toBe("auto-replied");
    expect(mail.headers.first("x-auto-response-suppress")).toBe("All");
  });

  it("answers to the plain inbox where its name leaves no room for the token", async () => {
    const address = `customer-care-of-the-whole-company@shop.example`;
    const { mail } = await composed({ inbox: { ...sendRequest.inbox, address } });
    expect(mail.headers.first("reply-to")).toBe(`Shop <${address}>`);
    expect(conversationOf(tokenPartOf(mail.answered[0]!), secret)).toBe(conversationId);
  });

  it("has lines that every host takes", async () => {
    const { text } = await composed({ text: "ä".repeat(5_000), subject: "ü".repeat(400) });
    expect(Math.max(...text.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(76);
    // eslint-disable-next-line no-control-regex
    expect(text).toMatch(/^[\x00-\x7f]*$/);
  });

  it("gets no other field or recipient, whatever stands in the texts", async () => {
    const nasty = fc
      .array(
        fc.constantFrom("\r\n", "\n", "\r", "\0", "\u2028", "Bcc: x@evil.example", "a", "ü", "<", ">", ",", ":", "=?"),
      )
      .map((parts) => parts.join(""));
    const plain = await composed();
    const names = (mail: typeof plain.mail) =>
      ["bcc", "cc", "to", "from", "subject", "reply-to"].filter((name) => mail.headers.has(name));
    await fc.assert(
      fc.asyncProperty(nasty, nasty, nasty, async (subject, name, reference) => {
        const { mail } = await composed({ subject, inbox: { ...sendRequest.inbox, name }, references: [reference] });
        expect(names(mail)).toStrictEqual(
          names(plain.mail).filter((field) => field !== "subject" || mail.headers.has("subject")),
        );
        expect(mail.headers.first("to")).toBe(sendRequest.to);
        expect(mail.from?.address).toBe(sendRequest.inbox.address);
      }),
      { numRuns: 300 },
    );
  });

  it.each(["a@b.example, c@evil.example", "a@b.example>\r\nBcc: c@evil.example", "Anna <a@b.example>"])(
    "takes no list for an address: %j",
    async (to) => {
      await expect(async () => composed({ to })).rejects.toThrow(/address/);
    },
  );
});

describe("the files of a mail", () => {
  const bytes = Uint8Array.from({ length: 1_000 }, (_, index) => index % 256);
  const enclosure = (change: Partial<Enclosure> = {}): Enclosure => ({
    name: "plan.png",
    contentType: "image/png",
    content: bytes,
    ...change,
  });

  it("come beside the text, each with its name, its type and every byte of it", async () => {
    const lines = new TextEncoder().encode("a;b\n1;ä\r\n\r.\n--snd_0123456789abcdefghjkmnpqrs\nFrom x");
    const csv = enclosure({ name: "Größen.csv", contentType: "text/csv", content: lines });
    const { mail, text } = await composed({}, [enclosure(), csv]);
    expect(mail.attachments).toEqual([
      { name: "plan.png", contentType: "image/png", content: bytes },
      { name: "Größen.csv", contentType: "text/csv", content: lines },
    ]);
    expect(mail.plain?.trimEnd().replaceAll("\r\n", "\n")).toBe(sendRequest.text);
    expect(mail.html).toContain("<br>");
    expect(text).toMatch(/^Content-Type: multipart\/mixed;/m);
    expect(text).toMatch(/^Content-Type: multipart\/alternative;/m);
    expect(text).toContain("filename*0*=utf-8''Gr%C3%B6%C3%9Fen.csv");
    expect(Math.max(...text.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(78);
  });

  it("may come without a text", async () => {
    const { mail } = await composed({ text: "" }, [enclosure()]);
    expect({ text: mail.plain?.trim(), files: mail.attachments.length }).toEqual({ text: "", files: 1 });
  });

  it.each([
    ["../../etc/passwd", "_.._etc_passwd"],
    ["C:\\temp\\scan.pdf", "C:_temp_scan.pdf"],
    ["in\u202Evoice\u0000.pdf", "invoice .pdf"],
    ['a"; filename="b.exe', 'a"; filename="b.exe'],
    ["a\r\nBcc: x@evil.example\r\n\r\n.pdf", "a Bcc: x@evil.example .pdf"],
    [".htaccess", "htaccess"],
    ["請求書🧾.pdf", "請求書🧾.pdf"],
    ["\u200b", "file"],
    ["ü".repeat(200), "ü".repeat(200)],
  ])("called %j are called %j", async (name, expected) => {
    const { mail } = await composed({}, [enclosure({ name })]);
    expect(mail.attachments.map((file) => file.name)).toEqual([expected]);
    expect(mail.headers.has("bcc")).toBe(false);
  });

  it.each([
    "multipart/mixed",
    "message/rfc822",
    "MESSAGE/RFC822",
    "text/html; name=x",
    "image/png\r\nBcc: x@evil.example",
    "",
  ])("of the type %j are bytes and no part of the mail", async (contentType) => {
    const { mail } = await composed({}, [enclosure({ contentType })]);
    expect(mail.attachments).toMatchObject([{ contentType: "application/octet-stream", content: bytes }]);
    expect(mail.headers.has("bcc")).toBe(false);
  });

  it("are as many as SES takes with the longest text, and the same mail each time", async () => {
    const text = "灯".repeat(limits.maxReplyCharacters);
    const content = new Uint8Array(limits.maxMailFilesBytes);
    const raw = await composeMail({ ...sendRequest, text }, [enclosure({ content })]);
    // 10 MB once the whole mail is in base 64.
    expect(Math.ceil(raw.length / 3) * 4).toBeLessThanOrEqual(10_000_000);
    expect(raw.equals(await composeMail({ ...sendRequest, text }, [enclosure({ content })]))).toBe(true);
  });
});

describe("the token of an answer", () => {
  const token = tokenFor(conversationId, secret);

  it("survives hosts that change the case", () => {
    expect(conversationOf(token.toUpperCase(), secret)).toBe(conversationId);
  });

  it("is taken under the key before while the secret is rotated, and not longer", () => {
    const next = { signingKey: "another-key-of-the-mail-tests-0123456" };
    expect(conversationOf(token, { ...next, previousSigningKey: secret.signingKey })).toBe(conversationId);
    expect(conversationOf(token, next)).toBeUndefined();
  });

  it("is refused with any one character changed", () => {
    for (let at = 0; at < token.length; at += 1) {
      const changed = token.slice(0, at) + (token[at] === "0" ? "1" : "0") + token.slice(at + 1);
      expect(conversationOf(changed, secret)).toBeUndefined();
    }
  });

  it.each(["", ".", "0123456789abcdefghjkmnpqrs", "0123456789abcdefghjkmnpqrs.", "x".repeat(100_000)])(
    "is not made up: %j",
    (text) => {
      expect(conversationOf(text, secret)).toBeUndefined();
    },
  );

  it.each([
    ["Support+Order@Shop.example", { address: "support@shop.example", label: "order" }],
    ["support@shop.example", { address: "support@shop.example", label: "" }],
    ["support+a+b@shop.example", { address: "support@shop.example", label: "a+b" }],
    ["support@a+b.example", { address: "support@a+b.example", label: "" }],
  ])("stands in an address' label: %s", (address, expected) => {
    expect(splitLabel(address)).toStrictEqual(expected);
  });
});
