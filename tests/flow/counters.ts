import { configuration, createFlow } from "./harness.ts";
import { run as ingest } from "../../functions/ingest/run.ts";
import { signatures } from "../../shared/core/standard-webhooks.ts";

/* A custom channel's inbox is another system's, with a secret of its own: what it signs is about its own messages alone. */

const inbox = (id: string) => ({ id, channel: "custom", address: id, replyUrl: `https://${id}.example/replies` });
const secretOf = { counter: `whsec_${"A".repeat(32)}`, kiosk: `whsec_${"B".repeat(32)}` };

/** Two systems of others, `counter` and `kiosk`, each with an inbox and a secret of its own. */
export function createCounters() {
  const flow = createFlow({ ...configuration, inboxes: [inbox("counter"), inbox("kiosk")] });
  flow.secrets["custom"] = {
    inboxes: Object.fromEntries(Object.entries(secretOf).map(([id, secret]) => [id, { secret }])),
  };
  let events = 0;
  const post = async (inboxId: keyof typeof secretOf, event: object): Promise<number> => {
    const body = JSON.stringify(event);
    events += 1;
    const [id, timestamp] = [`evt-${events}`, Math.floor(flow.clock.now() / 1000)];
    const headers = {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signatures([secretOf[inboxId]], { id, timestamp, body }),
    };
    const path = `/webhooks/custom/${inboxId}`;
    const request = { method: "POST", path, rawQuery: "", headers, body, domainName: "router.example" };
    const { status } = await ingest(request, flow.app);
    await flow.settle();
    return status;
  };
  return { flow, post };
}
