import { visibleCustomer } from "./customers.ts";
import { customerRecord, type customerContract } from "../../shared/api/customers.ts";
import type { AnswerOf } from "../../shared/api/route.ts";
import { limits } from "../../shared/core/limits.ts";
import { eraseCustomer } from "../../shared/flow/erase.ts";
import { exportCustomer } from "../../shared/flow/export.ts";
import { ProblemError } from "../../shared/flow/http-reply.ts";
import { importRecord, RecordRefused, type ImportedRecord } from "../../shared/flow/import.ts";
import { KeptChanging } from "../../shared/flow/join.ts";
import { isoTime } from "../../shared/ports/clock.ts";
import { fitsAnswer } from "../answer-size.ts";
import { checkedRecord } from "../input.ts";
import type { CallOf, Context, Handlers } from "../routes.ts";

type Part = Pick<typeof customerContract, "exportCustomer" | "eraseCustomer" | "importCustomers">;

export const recordHandlers: Handlers<Part> = {
  exportCustomer: exportOne,
  eraseCustomer: erase,
  importCustomers: importAll,
};

async function exportOne(call: CallOf<"exportCustomer">) {
  const { app, caller } = call;
  const { id } = await visibleCustomer(call.parameters.id, call);
  const document = await exportCustomer(id, app);
  if (!document) throw removedMeanwhile();
  app.log.info("customer.exported", { by: caller.id, customerId: id });
  const text = JSON.stringify(document);
  if (fitsAnswer(text)) return { ...document };
  const key = `bodies/exports/${id}-${app.clock.now()}`;
  await app.blobs.put(key, text);
  const link = { expiresInSeconds: limits.exportLinkSeconds, fileName: `${id}.json`, contentType: "application/json" };
  return {
    url: await app.blobs.link(key, link),
    expiresAt: isoTime(app.clock.now() + limits.exportLinkSeconds * 1000),
  };
}

async function erase(call: CallOf<"eraseCustomer">) {
  const { id } = await visibleCustomer(call.parameters.id, call);
  const erased = await eraseCustomer(id, call.caller.id, call.app);
  if (!erased) throw removedMeanwhile();
  return { id, conversations: erased.conversations, messages: erased.messages };
}

const removedMeanwhile = (): ProblemError => new ProblemError(404, "The customer was removed meanwhile.");

type Result = AnswerOf<Part["importCustomers"]>["results"][number];

/** A few at a time; of those that share an address or external id the later one waits, so that it has the last word. */
async function importAll(call: CallOf<"importCustomers">) {
  const results: Result[] = [];
  let together: { index: number; record: unknown; keys: string[] }[] = [];
  const takeIn = async (): Promise<void> => {
    results.push(...(await Promise.all(together.map(({ index, record }) => importOne(index, record, call)))));
    together = [];
  };
  for (const [index, record] of call.body.records.entries()) {
    const keys = keysOf(record);
    const taken = new Set(together.flatMap((each) => each.keys));
    if (together.length >= limits.maxParallelImports || keys.some((key) => taken.has(key))) await takeIn();
    together.push({ index, record, keys });
  }
  await takeIn();
  call.app.log.info("customer.imported", { by: call.caller.id, records: results.length });
  return { results };
}

/** What may make two records the same customer. */
function keysOf(record: unknown): string[] {
  const result = customerRecord.safeParse(record);
  if (!result.success) return [];
  const { externalId, addresses } = result.data;
  const written = addresses.map(({ channel, address }) => `${channel}:${address.trim().toLowerCase()}`);
  return externalId === undefined ? written : [...written, `id:${externalId}`];
}

async function importOne(index: number, given: unknown, { app }: Context): Promise<Result> {
  const checked = checkedRecord(customerRecord, given);
  if ("error" in checked) return { index, error: checked.error };
  try {
    const customer = await importRecord(checked.record satisfies ImportedRecord, app);
    return { index, customerId: customer.id };
  } catch (error) {
    if (error instanceof RecordRefused)
      return { index, error: { field: error.field.replaceAll(/\[(\d+)\]/g, ".$1"), message: error.message } };
    if (error instanceof KeptChanging) return { index, error: { field: "", message: error.message } };
    throw error;
  }
}
