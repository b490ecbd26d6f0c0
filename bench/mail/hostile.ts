/*
 * Mails that are made to hurt whoever reads them, as bytes. Each is about as large as its name says, and takes no time to
 * make up.
 */

const megabyte = 1024 * 1024;
const encoder = new TextEncoder();

const mail = (...parts: string[]): Uint8Array => encoder.encode(parts.join("\r\n"));
const text = (body: string): Uint8Array => mail("From: anna@customers.example", "Subject: x", "", body);
const html = (body: string): Uint8Array =>
  mail("From: anna@customers.example", "Content-Type: text/html; charset=utf-8", "", body);
const headers = (field: string): Uint8Array => mail(field, "From: anna@customers.example", "Subject: x", "", "body");
const multipart = (body: string): Uint8Array =>
  mail("From: anna@customers.example", "Content-Type: multipart/mixed; boundary=b", "", body);

function nested(depth: number, type: (level: number) => string): Uint8Array {
  const levels = Array.from({ length: depth }, (_, level) => type(level));
  return mail("From: anna@customers.example", levels.join("\r\n"), "", "core");
}

export const hostileMails: Record<string, () => Uint8Array> = {
  "30 MB of base 64": () =>
    mail(
      "From: anna@customers.example",
      "Content-Type: application/pdf; name=a.pdf",
      "Content-Transfer-Encoding: base64",
      "",
      `${"QUJD".repeat(19)}\r\n`.repeat(400_000),
    ),
  "30 MB of text": () => text(`${"lorem ipsum ".repeat(6)}\r\n`.repeat(400_000)),
  "30 MB in one line": () => text("a".repeat(30 * megabyte)),
  "30 MB of empty lines": () => text("\n".repeat(30 * megabyte)),
  "10,000 parts": () => multipart("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(10_000)),
  "1,000,000 parts": () => multipart("--b\r\n\r\n".repeat(1_000_000)),
  "20,000 boundaries, all open": () =>
    multipart(
      Array.from(
        { length: 20_000 },
        (_, part) => `--b\r\nContent-Type: multipart/mixed; boundary=c${part}\r\n\r\n`,
      ).join(""),
    ),
  "nested 5,000 deep": () =>
    nested(5_000, (level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}`),
  "mails in mails, 5,000 deep": () => nested(5_000, () => "Content-Type: message/rfc822\r\n"),
  "a subject of 10 MB": () => headers(`Subject: ${"x ".repeat(5 * megabyte)}`),
  "200,000 recipients": () => headers(`To: ${"a@b.example, ".repeat(200_000)}`),
  "500,000 open brackets in To": () => headers(`To: ${'<("'.repeat(500_000)}`),
  "1,000,000 header fields": () => headers("X: y\r\n".repeat(1_000_000).trimEnd()),
  "100,000 encoded words": () => headers(`Subject: ${"=?utf-8?Q?=41?= ".repeat(100_000)}`),
  "200,000 references": () => headers(`References: ${"<a@b.example> ".repeat(200_000)}`),
  "2 MB of open elements": () => html("<b>".repeat(700_000)),
  "2 MB of open and wrong end tags": () => html("<b>".repeat(300_000) + "</i>".repeat(250_000)),
  "2 MB of fonts and paragraphs": () => html("<font color=red><p>".repeat(100_000)),
  "2 MB of one element's attributes": () =>
    html(`<p ${Array.from({ length: 150_000 }, (_, name) => `a${name}=1`).join(" ")}>x`),
  "2 MB of an attribute without an end": () => html(`<a href="${"x".repeat(2 * megabyte)}`),
  "2 MB of entities": () => html("&amp;&lt;&#x41;".repeat(140_000)),
  "2 MB of open comments": () => html("<!--".repeat(500_000)),
  "1 MB of quote marks": () => text("> ".repeat(500_000)),
  "500,000 quoted lines and answers": () => text("> q\na\n".repeat(250_000)),
  "1 MB of what may introduce a quote": () => text("On 1.1.2026 10:00 a <a@b.example\n".repeat(30_000)),
  "1 MB of colons": () => text(":".repeat(megabyte)),
  "1 MB of header words": () => text("From: a\n\n".repeat(110_000)),
};
