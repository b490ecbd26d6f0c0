import { describe, expect, it } from "vitest";
import { readParts } from "../../../shared/channels/email/letter.ts";
import { cleanSubject, isForwardSubject } from "../../../shared/channels/email/subject.ts";

const visible = (plain: string): string => readParts({ plain, isForward: false }).text;
const visibleHtml = (html: string): string => readParts({ html, isForward: false }).text;

describe("the visible part of an answer in plain text", () => {
  it.each([
    ["English", "On Wed, Nov 4, 2026 at 10:58 AM Shop <a@b.example> wrote:"],
    ["English over two lines", "On Wed, Nov 4, 2026 at 10:58 AM Shop\n<a@b.example> wrote:"],
    ["German", "Am Mi., 4. Nov. 2026 um 10:58 Uhr schrieb Shop <a@b.example>:"],
    ["German, name first", "Shop <a@b.example> schrieb am Mi., 4. Nov. 2026, 10:58:"],
    ["French", "Le mer. 4 nov. 2026 à 10:58, Shop <a@b.example> a écrit :"],
    ["Spanish", "El mié, 4 nov 2026 a las 10:58, Shop (<a@b.example>) escribió:"],
    ["Portuguese", "Em qua., 4 de nov. de 2026 às 10:58, Shop <a@b.example> escreveu:"],
    ["Italian", "Il giorno mer 4 nov 2026 alle ore 10:58 Shop <a@b.example> ha scritto:"],
    ["Dutch", "Op wo 4 nov 2026 om 10:58 schreef Shop <a@b.example>:"],
    ["Swedish", "Den ons 4 nov. 2026 kl 10:58 skrev Shop <a@b.example>:"],
    ["Polish", "śr., 4 lis 2026 o 10:58 Shop <a@b.example> napisał(a):"],
    ["Russian", "ср, 4 нояб. 2026 г. в 10:58, Shop <a@b.example>:"],
    ["Chinese", "Shop <a@b.example> 于2026年11月4日周三 10:58写道："],
    ["Chinese, date first", "在 2026年11月4日，上午10:58，Shop <a@b.example> 写道："],
    ["Japanese", "2026年11月4日(水) 10:58 Shop <a@b.example>:"],
    ["Korean", "2026년 11월 4일 (수) 오전 10:58, Shop <a@b.example>님이 작성:"],
  ])("ends before what introduces the quote: %s", (_, attribution) => {
    expect(visible(`Thank you.\n\n${attribution}\n\n> It comes.\n> Ben`)).toBe("Thank you.");
    expect(visible(`Thank you.\n\n${attribution}\n\nIt comes, says Ben without any mark.`)).toBe("Thank you.");
  });

  it.each([
    ["English", "-----Original Message-----\nFrom: Shop\nSent: today"],
    ["German", "-----Ursprüngliche Nachricht-----\nVon: Shop"],
    ["Chinese", "------------------ 原始邮件 ------------------\n发件人: Shop"],
    ["headers, English", "From: Shop <a@b.example>\nSent: Wednesday\nTo: Anna\nSubject: Parcel"],
    ["headers, German", "Von: Shop\nGesendet: Mittwoch\nAn: Anna\nBetreff: Paket"],
    ["headers, French", "De : Shop\nEnvoyé : mercredi\nÀ : Anna\nObjet : Colis"],
    ["headers, Chinese", "发件人： Shop\n发送时间： 2026年11月4日\n收件人： Anna\n主题： 包裹"],
    ["headers, Japanese", "差出人: Shop\n送信日時: 2026年11月4日\n宛先: Anna\n件名: 荷物"],
    ["headers in bold print", "*From:* Shop\n*Sent:* Wednesday\n*To:* Anna\n*Subject:* Parcel"],
    ["headers under a rule", "________________________________\nFrom: Shop\nSent: today\nTo: Anna\nSubject: x"],
  ])("ends before the mail that it answers: %s", (_, separator) => {
    expect(visible(`Thank you.\n\n${separator}\n\nIt comes.`)).toBe("Thank you.");
  });

  it.each([
    ["an answer below", "On 4.11.2026 10:58, Shop wrote:\n> It comes.\n\nIt did not.", "It did not."],
    ["a long quote that nothing introduces", "Thanks.\n> a\n> b\n> c", "Thanks."],
    ["a line that somebody cites", "What does this say?\n> error 42", "What does this say?\n> error 42"],
    ["answers between quotes", "> Colour?\n\nBlue.\n\n> Size?\n\nM.", "> Colour?\n\nBlue.\n\n> Size?\n\nM."],
    [
      "a line that is cited, and the mail below",
      "> error 42\nI still get this.\n> error 43\nAnd this.\n\nOn 4.11.2026 10:58, Shop wrote:\n> It works.",
      "> error 42\nI still get this.\n> error 43\nAnd this.",
    ],
    ["a mail of quotes alone", "> It comes.\n> Ben\n> Shop", "> It comes.\n> Ben\n> Shop"],
    ["sentences that look alike", "On Monday I wrote:\nnothing.", "On Monday I wrote:\nnothing."],
    ["a list with colons", "To: the shop\nI need:\n- a cup", "To: the shop\nI need:\n- a cup"],
    ["a signature", "Thanks.\n-- \nAnna", "Thanks.\n-- \nAnna"],
    ["the wide quote mark", "好的。\n＞一\n＞二\n＞三", "好的。"],
    ["nothing", "", ""],
  ])("%s", (_, text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  it("keeps the whole beside it, only where something is left out", () => {
    expect(readParts({ plain: "a\n\n> b\n> c\n> d", isForward: false })).toStrictEqual({
      text: "a",
      fullText: "a\n\n> b\n> c\n> d",
      isCut: false,
    });
    expect(readParts({ plain: "a", isForward: false })).toStrictEqual({ text: "a", isCut: false });
  });

  it("leaves nothing out of a mail that passes another on", () => {
    const text = "See below.\n\nFrom: Shop\nSent: today\nTo: Anna\nSubject: x\n\nIt comes.";
    expect(readParts({ plain: text, isForward: true })).toStrictEqual({ text, isCut: false });
  });
});

describe("the visible part of an answer in HTML", () => {
  it.each([
    [
      "Gmail",
      '<div>Yes.</div><div class="gmail_quote"><div class="gmail_attr">Någon:<br></div><blockquote>x</blockquote></div>',
    ],
    ["Outlook", '<p>Yes.</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>X:</b> y</div><div>x</div>'],
    ["Outlook, quoted by another", '<p>Yes.</p><div id="x_x_divRplyFwdMsg">Z</div><div>x</div>'],
    ["Thunderbird", '<p>Yes.</p><div class="moz-cite-prefix">Ανώνυμος:</div><blockquote type="cite">x</blockquote>'],
    ["Yahoo", '<div>Yes.</div><div class="yahoo_quoted"><div>On x</div><div>y</div><div>z</div></div>'],
    ["Proton", '<div>Yes.</div><div class="protonmail_quote">a<br>b<br>c</div>'],
    ["GMX", '<div>Yes.</div><div name="quote">a<br>b<br>c</div>'],
    [
      "Apple",
      '<div>Yes.</div><blockquote type="cite"><div>On 4 Nov 2026, at 10:58</div><div>a</div><div>b</div></blockquote>',
    ],
  ])("%s", (_, html) => {
    expect(visibleHtml(html)).toBe("Yes.");
  });

  it("reads as a person sees it", () => {
    const html =
      "<style>p{}</style><h1>Hello</h1><p>one&nbsp;two\n three<br>four</p><ul><li>a<li>b</ul>" +
      "<table><tr><td>1</td><td>2</td></tr></table><p style='display:none'>hidden</p><img alt=cup><pre>x\n  y</pre>";
    expect(visibleHtml(html)).toBe("Hello\n\none two three\nfour\n\n- a\n- b\n\n1 2\n\n[cup]\n\nx\n  y");
  });

  it("is asked where the plain text does not show what is quoted", () => {
    const html = '<p>Yes.</p><div class="protonmail_quote">a<br>b<br>c</div>';
    expect(readParts({ plain: "Yes.\na\nb\nc", html, isForward: false }).text).toBe("Yes.");
    expect(readParts({ plain: "No.", html: "<p>Yes.</p>", isForward: false }).text).toBe("No.");
    expect(readParts({ plain: " \n", html: "<p>Yes.</p>", isForward: false }).text).toBe("Yes.");
  });
});

describe("a subject", () => {
  it.each([
    ["Re: Parcel", "Parcel"],
    ["RE: AW: Re[2]: Parcel", "Parcel"],
    ["Antw: SV: Odp: Parcel", "Parcel"],
    ["回复：答复: 包裹", "包裹"],
    ["Re : Colis", "Colis"],
    ["Regarding: Parcel", "Regarding: Parcel"],
    ["Fwd: Re: Parcel", "Fwd: Re: Parcel"],
    ["a\r\nBcc: x\tb", "a Bcc: x b"],
    [`${"Re: ".repeat(40)}x`, "x"],
    ["", ""],
  ])("%j", (subject, expected) => {
    expect(cleanSubject(subject)).toBe(expected);
  });

  it("says that a mail is passed on", () => {
    expect(["Fwd: a", "Re: FW: a", "WG: a", "转发：a"].map(isForwardSubject)).not.toContain(false);
    expect(["Forward: a", "Re: a", "a Fwd: b"].map(isForwardSubject)).not.toContain(true);
  });
});
