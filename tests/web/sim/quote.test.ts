import { describe, expect, it } from "vitest";
import { answerTo, withoutQuote } from "../../../web/sim/quote.ts";

const received = {
  channel: "email",
  from: "support@switchyard.test",
  to: "ann@customer.test",
  text: "It left our house today.\n\nAnn",
  subject: "Order 4711",
  headers: {
    "message-id": "<2@router.test>",
    references: "<1@customer.test>",
    "reply-to": "Service <support+token@switchyard.test>",
  },
  providerId: "2",
  at: "2026-11-22T10:30:00.000Z",
};

describe("answering on the simulator's mailbox", () => {
  it("names what is answered and goes where the mail asks for", () => {
    expect(answerTo(received, "ann@customer.test", "Thank you.")).toEqual({
      from: "ann@customer.test",
      to: "support+token@switchyard.test",
      subject: "Re: Order 4711",
      text: "Thank you.\n\nOn Sunday, November 22, 2026, support@switchyard.test wrote:\n> It left our house today.\n> \n> Ann",
      inReplyTo: "<2@router.test>",
      references: ["<1@customer.test>", "<2@router.test>"],
    });
    expect(answerTo({ ...received, subject: "RE: Order" }, "ann@customer.test", "").subject).toBe("RE: Order");
  });

  it("tells what was written from what is quoted below it", () => {
    const { text } = answerTo(received, "ann@customer.test", "Thank you.");
    expect(withoutQuote(text)).toEqual({ written: "Thank you.", quoted: text.slice("Thank you.\n\n".length) });
    expect(withoutQuote("Hello\n\n> you\n")).toEqual({ written: "Hello", quoted: "> you" });
    expect(withoutQuote("> only this")).toEqual({ written: "", quoted: "> only this" });
  });

  it.each(["Hello", "> Which one?\n\nThe blue one.", "Two things:\n- one"])("folds nothing away in %j", (text) => {
    expect(withoutQuote(text)).toEqual({ written: text, quoted: "" });
  });
});
