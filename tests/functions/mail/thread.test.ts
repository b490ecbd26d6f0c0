import { describe, expect, it } from "vitest";
import { composeMail } from "../../../shared/channels/email/compose.ts";
import { parseMail } from "../../../shared/channels/email/parse.ts";
import { conversationId, customer, sendRequest } from "../../channels/email/samples.ts";
import { createWorld } from "./world.ts";

interface Received {
  subject: string;
  text: string;
  replyTo: string;
  messageId: string;
  references: string[];
}

/** What SES makes of a mail of ours: an id and a date of its own. */
async function throughSes(raw: Buffer, turn: number): Promise<Received> {
  const { subject, plain = "", headers, answered } = await parseMail(raw);
  const replyTo = headers.first("reply-to").replace(/^.*<|>$/g, "");
  const messageId = `0100019a2b3c4d5e-turn-${turn}@email.amazonses.com`;
  return { subject, text: plain.trim(), replyTo, messageId, references: answered };
}

const quoted = (text: string): string => text.replaceAll(/^/gm, "> ");

/** How two programs write an answer: above with the quote below, and below with the quote above. */
const programs = {
  gmail: (mail: Received, answer: string) =>
    `${answer}\r\n\r\nOn Wed, Nov 4, 2026 at 10:58 AM Shop <\r\n${mail.replyTo}> wrote:\r\n\r\n${quoted(mail.text)}\r\n`,
  thunderbird: (mail: Received, answer: string) =>
    `Am 04.11.2026 um 10:58 schrieb Shop:\r\n${quoted(mail.text)}\r\n\r\n${answer}\r\n`,
};

/** @param to the address that the program answers to */
function answerOf(mail: Received, body: string, turn: number): Buffer {
  const prefix = /^(?:re|aw):/i.test(mail.subject) ? "" : "Re: ";
  return Buffer.from(
    [
      `From: Anna <${customer}>`,
      `Subject: ${turn % 2 ? "AW: " : prefix}${mail.subject}`,
      `Message-ID: <answer-${turn}@customers.example>`,
      `In-Reply-To: <${mail.messageId}>`,
      `References: ${[...mail.references, mail.messageId].map((id) => `<${id}>`).join("\r\n ")}`,
      "Content-Type: text/plain; charset=utf-8",
      "",
      body,
    ].join("\r\n"),
  );
}

describe("a thread", () => {
  it.each([
    ["to the reply address", (mail: Received) => mail.replyTo],
    ["to the From address", () => sendRequest.inbox.address],
  ])("of six turns by two programs stays one conversation when answers go %s", async (_, addressOf) => {
    const world = createWorld();
    let references = ["first@customers.example"];
    for (let turn = 0; turn < 6; turn += 1) {
      const text = `Our answer ${turn}.\n\nKind regards`;
      const raw = await composeMail({ ...sendRequest, subject: "Re: Wo bleibt mein Paket?", text, references }, []);
      const received = await throughSes(raw, turn);
      const program = turn % 2 ? programs.thunderbird : programs.gmail;
      const answer = `Their answer ${turn}.\r\n\r\nAnna`;
      const { message } = await world.mail(answerOf(received, program(received, answer), turn), {
        recipients: [addressOf(received)],
      });
      expect(message.answers?.conversationId).toBe(conversationId);
      expect(message.answers?.providerIds).toContain(`0100019a2b3c4d5e-turn-${turn}`);
      expect(message.text).toBe(answer.replaceAll("\r\n", "\n"));
      expect(message.subject).toBe("Wo bleibt mein Paket?");
      expect(message.inboxId).toBe("support");
      references = message.references ?? [];
      expect(references.at(-1)).toBe(`answer-${turn}@customers.example`);
    }
  });
});
