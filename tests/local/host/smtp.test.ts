import { connect } from "node:net";
import { createTransport, type SendMailOptions } from "nodemailer";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SmtpDoor } from "../../../infra/local/smtp.ts";
import { type MailWorld, mailWorld, ruleAddress } from "../engines/ses.world.ts";

let world: MailWorld;
let door: SmtpDoor;
let log: string[];

beforeEach(async () => {
  world = await mailWorld();
  log = [];
  door = await listen();
  door.open();
});
afterEach(async () => {
  await door.close();
  world.database.close();
});

const listen = (port = 0): Promise<SmtpDoor> =>
  SmtpDoor.listen({ port, receiving: world.receiving, clock: world.clock, log: (line) => log.push(line) });

const mail = async (options: SendMailOptions) => {
  const transport = createTransport({ ...door.address, secure: false, ignoreTLS: true });
  try {
    return await transport.sendMail({ from: "anna@customer.example", to: ruleAddress, text: "Hello", ...options });
  } finally {
    transport.close();
  }
};

describe("a mail by SMTP", () => {
  test("lies in the bucket and on the queue when the client reads 250, with its envelope as recipients", async () => {
    const envelope = { from: "bounces@customer.example", to: ["support+token@shop.example"] };
    const { response } = await mail({ envelope, subject: "Grüße" });
    const [{ mail: notified, receipt }] = await world.published();
    expect(response).toBe(`250 OK ${notified.messageId}`);
    expect(notified.source).toBe("bounces@customer.example");
    expect(receipt.recipients).toEqual(["support+token@shop.example"]);
    const { objectKey } = receipt.action;
    const { status } = await world.s3.handle({
      method: "GET",
      path: `/blobs/${objectKey}`,
      headers: {},
      body: Buffer.alloc(0),
    });
    expect(status).toBe(200);
  });

  test("a bounce has no sender", async () => {
    await mail({ envelope: { from: "", to: [ruleAddress] } });
    const [{ mail: notified }] = await world.published();
    expect(notified.source).toBe("");
  });

  test("to an address that no rule takes is refused with 550 before its text is sent", async () => {
    await expect(mail({ to: "nobody@shop.example" })).rejects.toMatchObject({ command: "RCPT TO", responseCode: 550 });
    expect(await world.published()).toEqual([]);
  });

  test("over forty megabytes is refused with 552, whether its size is announced or not", async () => {
    const raw = Buffer.concat([Buffer.from("Subject: x\r\n\r\n"), Buffer.alloc(40 * 1024 * 1024, "x\r\n")]);
    await expect(mail({ raw })).rejects.toMatchObject({ responseCode: 552 });
    await expect(mail({ raw, envelope: { from: "a@b.example", to: [ruleAddress], size: 10 } })).rejects.toMatchObject({
      responseCode: 552,
    });
    expect(await world.published()).toEqual([]);
  });

  test("is told to come back when it can't be made durable", async () => {
    world.s3.putObject = () => Promise.reject(new Error("disk full"));
    await expect(mail({})).rejects.toMatchObject({ responseCode: 451 });
    expect(log.join("\n")).toContain("disk full");
    expect(await world.published()).toEqual([]);
  });
});

describe("the door", () => {
  test("offers neither sign-in nor encryption, and says how much a mail may have", async () => {
    const features = await greetingOf(door.address.port);
    expect(features).toContain(`SIZE ${40 * 1024 * 1024}`);
    expect(features).not.toMatch(/AUTH|STARTTLS/);
  });

  test("tells clients to come back until the rest is ready", async () => {
    const closed = await listen();
    try {
      const transport = createTransport({ ...closed.address, ignoreTLS: true });
      const early = transport.sendMail({ from: "a@b.example", to: ruleAddress, text: "x" });
      await expect(early).rejects.toMatchObject({ responseCode: 421 });
    } finally {
      await closed.close();
    }
  });

  test("names a port that is in use, with what to do", async () => {
    const { port } = door.address;
    await expect(listen(port)).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is in use: end what listens there, or choose another with --smtp-port (0: any free one).`,
    );
  });

  test("closes twice, and while a client is there", async () => {
    const socket = connect(door.address.port, "127.0.0.1");
    await new Promise((resolve) => socket.once("data", resolve));
    const ended = new Promise((resolve) => socket.once("close", () => resolve("ended")));
    expect(await Promise.all([door.close(), door.close(), ended])).toEqual([undefined, undefined, "ended"]);
  });
});

/** What the server answers to EHLO. */
function greetingOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1");
    socket.once("error", reject);
    socket.once("data", () => socket.write("EHLO localhost\r\nQUIT\r\n"));
    socket.on("data", (chunk) => (text += chunk.toString()));
    socket.once("close", () => resolve(text));
  });
}
