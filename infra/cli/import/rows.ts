import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { readCsv } from "./csv.ts";
import type { Row } from "./row.ts";

/**
 * The records of a file one after the other, so that its size does not matter.
 *
 * @param file CSV, or JSON lines where its name ends in .jsonl or .ndjson
 * @throws FileRefused | the system's error where the file can't be read
 */
export function readRows(file: string): AsyncGenerator<Row> {
  const isJsonLines = /\.(jsonl|ndjson)$/i.test(file);
  return isJsonLines ? readJsonLines(file) : readCsv(createReadStream(file));
}

async function* readJsonLines(file: string): AsyncGenerator<Row> {
  const input = createReadStream(file, "utf8");
  const failed = new Promise<never>((_, reject) => input.once("error", reject));
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  for (let line = 1; ; line += 1) {
    const next = await Promise.race([lines.next(), failed]);
    if (next.done) return;
    const text = line === 1 ? next.value.replace(/^\uFEFF/, "") : next.value;
    if (text.trim() !== "") yield jsonRow(line, text);
  }
}

function jsonRow(line: number, text: string): Row {
  try {
    const record: unknown = JSON.parse(text);
    if (typeof record === "object" && record !== null && !Array.isArray(record)) return { line, record };
    return { line, problem: 'It is no JSON object: write {"addresses":[…],…}.' };
  } catch (error) {
    return { line, problem: `It is no JSON (${(error as Error).message}): write one object a line.` };
  }
}
