import { SQSClient, type SendMessageBatchCommandInput } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { readDelivery, sqsQueue } from "../../shared/adapters/queues.ts";
import type { Blobs } from "../../shared/ports/blobs.ts";

const noBlobs: Pick<Blobs, "put" | "get"> = { put: async () => {}, get: async () => undefined };
const random = { bytes: (count: number) => new Uint8Array(count) };

/** A client whose calls end here. `answer` names the ids that were not taken. */
function fakeClient(answer: (ids: string[], call: number) => { Id: string; Code: string; SenderFault: boolean }[]) {
  const client = new SQSClient({ region: "us-east-1" });
  const calls: string[][] = [];
  client.middlewareStack.add(
    () => async (input) => {
      const ids = (input.input as SendMessageBatchCommandInput).Entries!.map(({ Id }) => Id!);
      calls.push(ids);
      return { output: { $metadata: {}, Failed: answer(ids, calls.length) }, response: {} };
    },
    { step: "initialize" },
  );
  return { client, calls };
}

const queueOf = (client: SQSClient) =>
  sqsQueue<number>(client, "http://127.0.0.1/000000000000/pool.fifo", noBlobs, random);
const entries = [1, 2, 3].map((body) => ({ body, groupId: `g${body}`, deduplicationId: `d${body}` }));
const throttled = (Id: string) => ({ Id, Code: "RequestThrottled", SenderFault: false });

describe("a batch that is taken in part", () => {
  it("is sent again, without what was taken", async () => {
    const { client, calls } = fakeClient((ids, call) => (call === 1 ? [throttled(ids[1]!)] : []));
    await queueOf(client).send(entries);
    expect(calls).toEqual([["0", "1", "2"], ["1"]]);
  });

  it("is given up with a clear error when it stays so", async () => {
    const { client, calls } = fakeClient(() => [throttled("2")]);
    await expect(queueOf(client).send(entries)).rejects.toThrow(
      "Queue pool.fifo did not take 1 of 3 messages (#2): RequestThrottled",
    );
    expect(calls).toEqual([["0", "1", "2"], ["2"], ["2"]]);
  });

  it("is given up at once when the fault is ours", async () => {
    const { client, calls } = fakeClient(() => [{ Id: "0", Code: "InvalidMessageContents", SenderFault: true }]);
    await expect(queueOf(client).send(entries)).rejects.toThrow("InvalidMessageContents");
    expect(calls).toHaveLength(1);
  });

  it("holds back what stands behind it in its group, and sends the other groups on", async () => {
    const { client, calls } = fakeClient((ids) => (ids.includes("3") ? [throttled("3")] : []));
    const groups = Array.from({ length: 25 }, (_, body) => ({ body, groupId: `g${body % 10}` }));
    await expect(queueOf(client).send(groups)).rejects.toThrow(
      "did not take 1 of 25 messages (#3): RequestThrottled; 2 behind them in their groups were not sent",
    );
    const whole = Array.from({ length: 10 }, (_, id) => String(id));
    const second = ["10", "11", "12", "14", "15", "16", "17", "18", "19"];
    expect(calls).toEqual([whole, ["3"], ["3"], second, ["20", "21", "22", "24"]]);
  });

  it("never leaves one of a group behind a later one: no two of a group go in one batch", async () => {
    const { client, calls } = fakeClient((ids, call) => (call === 1 ? [throttled(ids[0]!)] : []));
    const groups = ["a", "a", "b", "a", "b", "c"].map((groupId, body) => ({ body, groupId }));
    await queueOf(client).send(groups);
    expect(calls).toEqual([["0", "2", "5"], ["0"], ["1", "4"], ["3"]]);
  });

  it("stops nothing on a queue without groups", async () => {
    const { client, calls } = fakeClient((ids) => (ids.includes("0") ? [throttled("0")] : []));
    const single = Array.from({ length: 11 }, (_, body) => ({ body }));
    await expect(queueOf(client).send(single)).rejects.toThrow("did not take 1 of 11 messages (#0)");
    expect(calls.at(-1)).toEqual(["10"]);
  });
});

describe("a record of an event", () => {
  const record = (body: string): SQSRecord =>
    ({
      messageId: "m1",
      body,
      attributes: { MessageGroupId: "idn_1", SequenceNumber: "18893000000000000001", ApproximateReceiveCount: "2" },
    }) as unknown as SQSRecord;

  it("comes as a delivery", async () => {
    expect(await readDelivery(record('{"a":1}'), noBlobs)).toEqual({
      messageId: "m1",
      body: { a: 1 },
      groupId: "idn_1",
      sequence: "18893000000000000001",
      receiveCount: 2,
    });
  });

  it.each([
    ["what is no JSON", "half a job {", "half a job {"],
    ["nothing", "", ""],
    ["JSON that is no object", "null", null],
    ["a pointer to what is gone", '{"$blob":"bodies/1"}', { $blob: "bodies/1" }],
  ])("keeps %s as it is, for a person to see", async (_, text, body) => {
    expect((await readDelivery(record(text), noBlobs)).body).toEqual(body);
  });
});
