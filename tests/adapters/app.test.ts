import type { SQSRecord } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startDynamo, type DynamoEngine } from "../../infra/local/engines/dynamo/engine.ts";
import { S3Engine } from "../../infra/local/engines/s3/engine.ts";
import { SecretsEngine } from "../../infra/local/engines/secrets.ts";
import {
  startGateway,
  type Gateway,
  type GatewayRequest,
  type GatewayServices,
} from "../../infra/local/gateway/gateway.ts";
import { readDelivery } from "../../shared/adapters/queues.ts";
import { limits } from "../../shared/core/limits.ts";
import type { Blobs } from "../../shared/ports/blobs.ts";
import { queueWorld, receiveFrom, type QueueWorld } from "../local/engines/world.ts";
import { tableInput } from "../stores/dynamo-table.ts";
import { inbound } from "../stores/samples.ts";
import { awsAt, startRemoteApp, type RemoteApp } from "./remote-app.ts";

let world: QueueWorld;
let services: GatewayServices;
let dynamodb: DynamoEngine;
let gateway: Gateway;
let app: RemoteApp;
const pushed: GatewayRequest[] = [];

beforeAll(async () => {
  world = await queueWorld();
  dynamodb = await startDynamo({ clock: world.clock });
  services = { sqs: world.sqs, dynamodb, s3: new S3Engine(world), secrets: new SecretsEngine(world) };
  services.executeApi = async (request) => {
    pushed.push(request);
    return { status: request.path.includes("gone") ? 410 : 200, headers: {}, body: "" };
  };
  await services.s3.createBucket("blobs");
  await dynamodb.createTable(tableInput("main"));
  gateway = await startGateway({ services, clock: world.clock });
  const { arn } = await services.secrets.ensureSecret("twilio", () => '{"accounts":[]}');
  await services.secrets.ensureSecret("broken", () => "authToken=very-secret");
  app = startRemoteApp({
    ...awsAt(gateway.url),
    TABLE_NAME: "main",
    BUCKET_NAME: "blobs",
    POOL_QUEUE_URL: gateway.queueUrl("jobs.fifo"),
    TIMERS_QUEUE_URL: gateway.queueUrl("timers"),
    TWILIO_SECRET_ID: arn,
    BROKEN_SECRET_ID: "broken",
    SOCKET_ENDPOINT: `${gateway.url}/live`,
    CHAT_ENDPOINT: `${gateway.url}/chat`,
    PUBLIC_URLS: "https://one.example, https://two.example",
  });
});
beforeEach(async () => {
  await world.sqs.purgeQueue({ QueueUrl: "jobs.fifo" });
  await world.clock.advance(60_000);
  gateway.meter.reset();
});
afterAll(async () => {
  await app.close();
  await gateway.close();
  await dynamodb.close();
  world.database.close();
  world.clock.close();
});

describe("the ports of a function, through the gateway", () => {
  it("reach the table", async () => {
    const message = inbound();
    expect(await app.call("stores.messages.create", message)).toEqual({ created: true, message });
    expect(await app.call("stores.messages.get", message.id)).toEqual(message);
  });

  it("keep blobs, and know which are not there", async () => {
    await app.call("blobs.put", "pools/main/1000", "čau 😀");
    expect(await app.call("blobs.get", "pools/main/1000")).toBe("čau 😀");
    expect(await app.call("blobs.get", "pools/main/2000")).toBeUndefined();
  });

  it("keep bytes as they are, and read no more of them than was asked for", async () => {
    const bytes = new Uint8Array(100_000).map((_, position) => position);
    await app.call("blobs.putBytes", "mail/1/photo", bytes, "image/png");
    expect(await app.call("blobs.getBytes", "mail/1/photo", 100_000)).toEqual(bytes);
    await expect(app.call("blobs.getBytes", "mail/1/photo", 99_999)).rejects.toThrow(
      /BlobTooLarge: mail\/1\/photo has more than the 99999 bytes/,
    );
    expect(await app.call("blobs.getBytes", "mail/2/photo", 1)).toBeUndefined();
  });

  it("give a link to one object, as a download under its own name, until it expires", async () => {
    await app.call("blobs.putBytes", "mail/1/invoice", Buffer.from("%PDF"), "application/octet-stream");
    const link = (await app.call("blobs.link", "mail/1/invoice", {
      expiresInSeconds: 300,
      fileName: 'Rechnung "März" (2).pdf',
      contentType: "application/pdf",
    })) as string;
    expect(link).toMatch(/X-Amz-Expires=300&/);
    const answer = await fetch(link);
    expect([answer.status, await answer.text()]).toEqual([200, "%PDF"]);
    expect(answer.headers.get("content-type")).toBe("application/pdf");
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="Rechnung _M_rz_ (2).pdf"; filename*=UTF-8''Rechnung%20%22M%C3%A4rz%22%20%282%29.pdf`,
    );
    expect((await fetch(link.replace("invoice", "photo"))).status).toBe(403);
  });

  it("remove blobs, also those that are not there", async () => {
    await app.call("blobs.put", "texts/1", "gone soon");
    await app.call("blobs.remove", "texts/1");
    await app.call("blobs.remove", "texts/1");
    expect(await app.call("blobs.get", "texts/1")).toBeUndefined();
  });

  it("read a secret once for many uses, and quote none that is no JSON", async () => {
    const read = () => app.call("secrets.get", "twilio");
    expect(await Promise.all([read(), read()])).toEqual([{ accounts: [] }, { accounts: [] }]);
    expect(await read()).toEqual({ accounts: [] });
    expect(callsOf("secretsmanager")).toBe(1);
    const broken = app.call("secrets.get", "broken");
    await expect(broken).rejects.toThrow(/Secret broken is not JSON/);
    await expect(broken).rejects.not.toThrow(/very-secret/);
    await expect(app.call("secrets.get", "meta")).rejects.toThrow(/META_SECRET_ID is not set/);
  });

  it("push to a socket, and say when it is gone", async () => {
    expect(await app.call("sockets.push", "abc=", '{"type":"message"}')).toBe("delivered");
    expect(pushed.at(-1)).toMatchObject({ method: "POST", caller: "route" });
    expect(pushed.at(-1)?.path).toBe("/live/@connections/abc%3D");
    expect(pushed.at(-1)?.body.toString()).toBe('{"type":"message"}');
    expect(await app.call("sockets.push", "gone=", "{}")).toBe("gone");
  });

  it("push to chats by their own API, and close them, also where they have ended", async () => {
    expect(await app.call("chatSockets.push", "abc=", "{}")).toBe("delivered");
    expect(pushed.at(-1)?.path).toBe("/chat/@connections/abc%3D");
    await app.call("chatSockets.close", "abc=");
    expect(pushed.at(-1)).toMatchObject({ method: "DELETE", path: "/chat/@connections/abc%3D" });
    await app.call("chatSockets.close", "gone=");
  });

  it("say which variable is missing, when the port is used", async () => {
    await expect(app.call("queues.inbound.send", [])).rejects.toThrow(/INBOUND_QUEUE_URL is not set/);
  });
});

describe("queues", () => {
  const send = (...bodies: unknown[]) => sendIn(() => "pool-1", bodies);
  const sendApart = (...bodies: unknown[]) => sendIn((position) => `pool-${position}`, bodies);
  const sendIn = (groupId: (position: number) => string, bodies: unknown[]) =>
    app.call(
      "queues.pool.send",
      bodies.map((body, position) => ({
        body,
        groupId: groupId(position),
        deduplicationId: `${gateway.url}-${sent++}-${position}`,
      })),
    );
  let sent = 0;

  const receiveAll = async () => {
    const deliveries = [];
    for (;;) {
      const messages = await receiveFrom(world.sqs, "jobs.fifo");
      if (messages.length === 0) return deliveries;
      for (const message of messages) {
        deliveries.push(await readDelivery<unknown>(recordOf(message), remoteBlobs));
        await world.sqs.deleteMessage({ QueueUrl: "jobs.fifo", ReceiptHandle: message.ReceiptHandle });
      }
    }
  };

  it("take any number of entries, ten a call", async () => {
    const bodies = Array.from({ length: 23 }, (_, position) => ({ position }));
    await sendApart(...bodies);
    expect(callsOf("sqs")).toBe(3);
    expect((await receiveAll()).map(({ body }) => body)).toEqual(bodies);
  });

  it("take any number of entries of one group in order, each by a call of its own", async () => {
    const bodies = Array.from({ length: 12 }, (_, position) => ({ position }));
    await send(...bodies);
    expect(callsOf("sqs")).toBe(12);
    const deliveries = await receiveAll();
    expect(deliveries.map(({ body }) => body)).toEqual(bodies);
    expect(deliveries[0]).toMatchObject({ groupId: "pool-1", receiveCount: 1 });
    const sequences = deliveries.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted());
    expect(sequences[0]).toMatch(/^\d{20}$/);
  });

  it("take entries that are too many bytes for one call", async () => {
    const bodies = Array.from({ length: 9 }, (_, position) => ({ position, text: "x".repeat(190_000) }));
    await sendApart(...bodies);
    expect(callsOf("sqs")).toBe(2);
    expect((await receiveAll()).map(({ body }) => body)).toEqual(bodies);
    expect(callsOf("s3")).toBe(0);
  });

  it("take a body of any size and any characters", async () => {
    const bodies = [
      { text: "é".repeat(limits.maxQueueBodyBytes) },
      { text: "\uFFFE\uFFFF \uD800 \u0000 \u001F 😀 \u2028" },
    ];
    await send(...bodies);
    expect(callsOf("s3")).toBe(1);
    expect((await receiveAll()).map(({ body }) => body)).toEqual(bodies);
  });

  it("delay what is to come later, on a standard queue", async () => {
    await app.call("queues.timers.send", [{ body: { n: 1 }, delaySeconds: 900 }]);
    expect(await receiveFrom(world.sqs, "timers")).toEqual([]);
    await world.clock.advance(900_000);
    const [message] = await receiveFrom(world.sqs, "timers");
    const delivery = await readDelivery<unknown>(recordOf(message!), remoteBlobs);
    expect(delivery).toMatchObject({ body: { n: 1 }, groupId: "", sequence: "" });
  });
});

/** What Lambda's poller makes of a message. */
const recordOf = (message: Awaited<ReturnType<typeof receiveFrom>>[number]): SQSRecord =>
  ({ messageId: message.MessageId, body: message.Body, attributes: message.Attributes }) as unknown as SQSRecord;

const remoteBlobs: Pick<Blobs, "get"> = {
  get: async (key) => (await app.call("blobs.get", key)) as string | undefined,
};

const callsOf = (service: string): number =>
  gateway.meter
    .report()
    .lines.filter((line) => line.service === service)
    .reduce((sum, { calls }) => sum + calls, 0);
