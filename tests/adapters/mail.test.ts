import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mailErrorOf } from "../../shared/adapters/mail.ts";
import { MailNotSent, MailOutcomeUnknown } from "../../shared/ports/mail.ts";
import { awsAt, startRemoteApp, type RemoteApp } from "./remote-app.ts";

/** SES's Query API in small: each test says what it answers, and reads what it was asked. */
let answer: (response: ServerResponse) => void;
const asked: URLSearchParams[] = [];
const server = createServer(async (request, response) => {
  asked.push(new URLSearchParams(Buffer.concat(await request.toArray()).toString()));
  answer(response);
});
let app: RemoteApp;
let url: string;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  app = startRemoteApp({ ...awsAt(url), MAIL_CONFIGURATION_SET: "switchyard" });
});
afterAll(async () => {
  await app.close();
  server.close();
  server.closeAllConnections();
});

const message = {
  from: "support@switchyard.test",
  to: ["kim@example.com"],
  raw: Buffer.from("Subject: čau\r\n\r\nHello"),
  tags: { sendId: "snd_1", conversationId: "cnv_1" },
};

const sending = async () => {
  asked.length = 0;
  return app.call("mail.send", message);
};

const refusal = (status: number, code: string, text: string) => (response: ServerResponse) =>
  response
    .writeHead(status, { "content-type": "text/xml" })
    .end(
      `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${text}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
    );

describe("mail by SES", () => {
  it("goes out as it is, in its envelope, with its tags and the configuration set", async () => {
    answer = (response) =>
      response
        .writeHead(200, { "content-type": "text/xml" })
        .end(
          '<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult><MessageId>0100-abc</MessageId></SendRawEmailResult></SendRawEmailResponse>',
        );
    expect(await sending()).toEqual({ providerId: "0100-abc" });
    expect(Object.fromEntries(asked[0]!)).toMatchObject({
      Action: "SendRawEmail",
      Source: message.from,
      "Destinations.member.1": message.to[0],
      "RawMessage.Data": message.raw.toString("base64"),
      "Tags.member.1.Name": "sendId",
      "Tags.member.1.Value": "snd_1",
      "Tags.member.2.Name": "conversationId",
      "Tags.member.2.Value": "cnv_1",
      ConfigurationSetName: "switchyard",
    });
  });

  it.each([
    ["Throttling", "Maximum sending rate exceeded.", "MailNotSent: SES takes no more for the moment."],
    ["Throttling", "Daily message quota exceeded.", "MailNotSent: SES's daily quota is used up."],
    ["LimitExceeded", "Too many.", "MailNotSent: SES takes no more for the moment."],
    ["AccountSendingPausedException", "Paused.", "MailNotSent: SES has paused sending for the account."],
    ["ConfigurationSetSendingPausedException", "Paused.", "MailNotSent: Sending is paused for the configuration set."],
    ["ConfigurationSetDoesNotExist", "No set.", "MailNotSent: SES's configuration set is not there."],
    ["MailFromDomainNotVerifiedException", "No MX.", "MailRefused: No MX."],
    ["MessageRejected", "Email address is not verified.", "MailRefused: Email address is not verified."],
    ["InvalidParameterValue", "Missing final '@domain'", "MailRefused: Missing final '@domain'"],
  ])("is surely not taken: %s, %s", async (code, text, expected) => {
    answer = refusal(400, code, text);
    await expect(sending()).rejects.toThrow(expected);
    expect(asked).toHaveLength(1);
  });

  it("waits for a person where the function may not send", async () => {
    answer = refusal(403, "AccessDenied", "User is not authorized to perform ses:SendRawEmail");
    await expect(sending()).rejects.toThrow("MailNotSent: SES does not allow us to send.");
  });

  it.each([500, 503])("has an unknown outcome after an answer of %i, and is not sent again", async (status) => {
    answer = refusal(status, "InternalFailure", "Something failed.");
    await expect(sending()).rejects.toThrow(`MailOutcomeUnknown: SES gave no clear answer: ${status}.`);
    expect(asked).toHaveLength(1);
  });

  it("has an unknown outcome when the connection is lost before the answer, and is not sent again", async () => {
    answer = (response) => response.socket!.resetAndDestroy();
    await expect(sending()).rejects.toThrow("MailOutcomeUnknown: SES gave no clear answer");
    expect(asked).toHaveLength(1);
  });

  it("is surely not sent when nobody listens", async () => {
    const nobody = createServer();
    nobody.listen(0, "127.0.0.1");
    await once(nobody, "listening");
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    await once(nobody, "close");
    const alone = startRemoteApp({ ...awsAt(`http://127.0.0.1:${port}`), MAIL_CONFIGURATION_SET: "switchyard" });
    await expect(alone.call("mail.send", message)).rejects.toThrow("MailNotSent: SES could not be reached.");
    await alone.close();
  });
});

describe("a refusal", () => {
  it("comes with SES's code, without the SDK's ending", () => {
    const $metadata = { httpStatusCode: 400 };
    const refused = (name: string) => mailErrorOf(Object.assign(new Error("No."), { name, $metadata }));
    expect(refused("MessageRejected")).toMatchObject({ name: "MailRefused", code: "MessageRejected" });
    expect(refused("MailFromDomainNotVerifiedException")).toMatchObject({ code: "MailFromDomainNotVerified" });
  });
});

describe("an error of the SDK without an answer", () => {
  it("is no proof either way when time ran out after the request went out", () => {
    const late = Object.assign(new Error("a request has exceeded the configured 5000 ms requestTimeout."), {
      name: "TimeoutError",
      code: "ETIMEDOUT",
    });
    expect(mailErrorOf(late)).toBeInstanceOf(MailOutcomeUnknown);
  });

  it("is a proof when no connection ever stood", () => {
    const text = "the request socket did not establish a connection with the server within the configured timeout";
    expect(mailErrorOf(Object.assign(new Error(text), { name: "TimeoutError" }))).toBeInstanceOf(MailNotSent);
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { syscall: "connect" });
    expect(mailErrorOf(new AggregateError([refused, refused]))).toBeInstanceOf(MailNotSent);
    expect(mailErrorOf(new AggregateError([refused, new Error("reset")]))).toBeInstanceOf(MailOutcomeUnknown);
  });
});
