import { describe, expect, it } from "vitest";
import { automaticKind } from "../../../shared/channels/email/automatic.ts";
import { parseMail } from "../../../shared/channels/email/parse.ts";
import { mailOf } from "./samples.ts";

async function kindOf(fields: string[], envelopeFrom: string | undefined = "anna@customers.example") {
  const from = fields.some((field) => field.startsWith("From:")) ? [] : ["From: Anna <anna@customers.example>"];
  const mail = await parseMail(mailOf(...from, ...fields, "", "text"));
  return automaticKind({ headers: mail.headers, from: mail.from?.address ?? "", envelopeFrom });
}

describe("mail that no person wrote", () => {
  it.each([
    [["Content-Type: multipart/report; report-type=delivery-status; boundary=b"], "bounce"],
    [["Content-Type: multipart/report; report-type=feedback-report; boundary=b"], "bounce"],
    [["From: MAILER-DAEMON@mx.example"], "bounce"],
    [["From: Mail Delivery System <noreply@mx.example>"], "bounce"],
    [["X-Failed-Recipients: a@b.example"], "bounce"],
    [["Auto-Submitted: auto-replied"], "auto-reply"],
    [["Auto-Submitted: Auto-Replied (vacation); owner=x"], "auto-reply"],
    [["X-Autoreply: yes"], "auto-reply"],
    [["Precedence: auto_reply"], "auto-reply"],
    [["Subject: Automatic reply: Parcel", "Auto-Submitted: auto-generated"], "auto-reply"],
    [["Subject: Abwesenheitsnotiz: Paket", "X-Auto-Response-Suppress: All"], "auto-reply"],
    [["Content-Type: multipart/report; report-type=disposition-notification; boundary=b"], "auto-reply"],
    [["Auto-Submitted: auto-generated"], "auto-generated"],
    [["Auto-Submitted: auto-notified"], "auto-generated"],
    [["X-Auto-Response-Suppress: OOF"], "auto-generated"],
    [["List-Id: News <news.example>"], "list"],
    [["List-Unsubscribe: <https://a.example>"], "list"],
    [["Precedence: bulk"], "list"],
  ])("%j: %s", async (fields, kind) => {
    expect(await kindOf(fields)).toBe(kind);
  });

  it("shows in the empty sender of the envelope", async () => {
    expect(await kindOf([], "")).toBe("auto-reply");
    expect(await kindOf([], "MAILER-DAEMON")).toBe("auto-reply");
    expect(await kindOf(["From: postmaster@mx.example"], "")).toBe("bounce");
  });
});

describe("mail that a person wrote", () => {
  it.each([
    [[]],
    [["Auto-Submitted: no"]],
    [["Auto-Submitted: no", "Subject: Automatic reply: does yours work?"]],
    [["Subject: Out of office chairs"]],
    [["Subject: Automatic reply: how do I set one up?"]],
    [["From: postmaster@customers.example"]],
    [["Precedence: normal"]],
    [["Content-Type: multipart/mixed; boundary=report"]],
  ])("%j", async (fields) => {
    expect(await kindOf(fields)).toBeUndefined();
  });

  it("is not doubted where the sender of the envelope is not known", async () => {
    const mail = await parseMail(mailOf("From: anna@customers.example", "", "text"));
    expect(
      automaticKind({ headers: mail.headers, from: "anna@customers.example", envelopeFrom: undefined }),
    ).toBeUndefined();
  });
});
