import { run } from "../../../functions/mail/run.ts";
import type { InboundMessage } from "../../../shared/core/message.ts";
import type { App } from "../../../shared/ports/app.ts";
import { BlobTooLarge, type Blobs } from "../../../shared/ports/blobs.ts";
import type { Delivery, InboundJob, QueueEntry } from "../../../shared/ports/queues.ts";
import { memoryStores } from "../../../shared/stores/memory/index.ts";
import { configuration, secret } from "../../channels/email/samples.ts";

export const sesId = "d6iitobk75ur44p8kdnnp7g2n800aaaaaaaaaaaa";
export const objectKey = `inbound-mail/${sesId}`;

interface ReceiptChange {
  recipients?: string[];
  source?: string;
  subject?: string;
  verdicts?: Record<string, string>;
}

/** A notification as SNS puts it on the queue. */
export const notification = (message: unknown): unknown => ({
  Type: "Notification",
  MessageId: "5f1b7c1e-0000-0000-0000-000000000001",
  TopicArn: "arn:aws:sns:eu-central-1:111122223333:switchyard-mail",
  Message: typeof message === "string" ? message : JSON.stringify(message),
  Timestamp: "2026-11-04T10:00:01.000Z",
});

/** What SES says of a mail that it took. */
export function receiptOf({
  recipients = ["support@shop.example"],
  source,
  subject,
  verdicts = {},
}: ReceiptChange = {}) {
  const verdict = (name: string) => ({ status: verdicts[name] ?? "PASS" });
  return {
    notificationType: "Received",
    mail: {
      timestamp: "2026-11-04T10:00:00.000Z",
      source: source ?? "anna@customers.example",
      messageId: sesId,
      destination: recipients,
      headersTruncated: false,
      headers: [],
      commonHeaders: { subject },
    },
    receipt: {
      timestamp: "2026-11-04T10:00:00.000Z",
      processingTimeMillis: 100,
      recipients,
      spamVerdict: verdict("spam"),
      virusVerdict: verdict("virus"),
      spfVerdict: verdict("spf"),
      dkimVerdict: verdict("dkim"),
      dmarcVerdict: verdict("dmarc"),
      action: { type: "S3", bucketName: "switchyard", objectKeyPrefix: "inbound-mail/", objectKey },
    },
  };
}

/** The function `mail` around memory stores, a bucket and a queue that only keep what they are given. */
export function createWorld() {
  const objects = new Map<string, Uint8Array>();
  const queued: QueueEntry<InboundJob>[] = [];
  const stores = memoryStores();
  const bytesOf = (body: string) => new TextEncoder().encode(body);
  const blobs: Blobs = {
    put: async (key, body) => void objects.set(key, bytesOf(body)),
    get: async (key) => {
      const bytes = objects.get(key);
      return bytes && new TextDecoder().decode(bytes);
    },
    putBytes: async (key, bytes) => void objects.set(key, bytes),
    getBytes: async (key, maxBytes) => {
      const bytes = objects.get(key);
      if (bytes && bytes.length > maxBytes) throw new BlobTooLarge(key);
      return bytes;
    },
    link: async (key) => key,
    remove: async (key) => void objects.delete(key),
  };
  const failures = { queue: 0 };
  const parts: Partial<App> = {
    config: configuration,
    clock: { now: () => Date.UTC(2026, 10, 4, 10, 0, 2) },
    log: { info() {}, warn() {}, error() {} },
    stores,
    blobs,
    secrets: { get: async () => secret },
    queues: {
      timers: { send: async () => {} },
      inbound: {
        send: async (entries: QueueEntry<InboundJob>[]) => {
          if (failures.queue > 0) {
            failures.queue -= 1;
            throw new Error("ThrottlingException");
          }
          // As SQS hands it on: through JSON.
          queued.push(...(JSON.parse(JSON.stringify(entries)) as typeof entries));
        },
      },
    } as unknown as App["queues"],
    sockets: { push: async () => "gone", close: async () => {} },
  };
  const app = parts as App;
  let deliveries = 0;

  /** @returns the ids of deliveries that come again */
  function deliver(body: unknown): Promise<string[]> {
    deliveries += 1;
    const delivery: Delivery<unknown> = {
      messageId: `m-${deliveries}`,
      body,
      groupId: "",
      sequence: "",
      receiveCount: 1,
    };
    return run([delivery], app);
  }

  return {
    app,
    objects,
    queued,
    failures,
    stores,
    deliver,
    /** Lets SES take a mail in. @returns what was taken in, and what failed */
    async mail(raw: Uint8Array, change?: ReceiptChange): Promise<{ message: InboundMessage; failed: string[] }> {
      objects.set(objectKey, raw);
      const failed = await deliver(notification(receiptOf(change)));
      return { message: queued.at(-1)?.body.message as InboundMessage, failed };
    },
    text: (key: string | undefined) => blobs.get(key ?? ""),
  };
}
