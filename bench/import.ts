/**
 * How long the import of 50,000 customers takes, on the embedded cloud, and which calls of DynamoDB a row costs, the first
 * time and again. Run: node bench/import.ts [--rows 50000]
 */
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { parseArgs } from "node:util";
import { importCustomers } from "../infra/cli/import.ts";
import { type Cloud, startCloud } from "../infra/local/cloud.ts";

const { values } = parseArgs({ allowPositionals: true, options: { rows: { type: "string", default: "50000" } } });
const rows = Number(values.rows);

async function writeFile(file: string): Promise<void> {
  const stream = createWriteStream(file);
  stream.write("externalId,name,language,phone,email,attribute.tier,attribute.lastPurchase\n");
  for (let row = 0; row < rows; row += 1) {
    const number = String(row).padStart(7, "0");
    const tier = ["gold", "silver", "bronze"][row % 3];
    stream.write(`crm-${row},Customer ${row},de,+49151${number},customer${row}@example.org,${tier},2026-10-01\n`);
  }
  await finished(stream.end());
}

/** DynamoDB's calls so far, by operation. */
function callsOf(cloud: Cloud): Map<string, number> {
  const calls = new Map<string, number>();
  for (const { service, operation, calls: count } of cloud.meter().lines)
    if (service.toLowerCase() === "dynamodb") calls.set(operation, (calls.get(operation) ?? 0) + count);
  return calls;
}

async function measure(title: string, file: string, cloud: Cloud): Promise<number> {
  const before = callsOf(cloud);
  const begun = performance.now();
  const code = await importCustomers.run([file], { url: cloud.baseUrl, token: cloud.tokens["admin"] });
  const seconds = (performance.now() - begun) / 1000;
  const perRow = Array.from(callsOf(cloud), ([operation, count]) => {
    const calls = (count - (before.get(operation) ?? 0)) / rows;
    return calls < 0.005 ? [] : `${operation} ${calls.toFixed(2)}`;
  });
  console.log(
    `${title}: ${rows} rows in ${seconds.toFixed(1)} s, ${(rows / seconds).toFixed(0)} rows/s; DynamoDB calls a row: ${perRow.flat().join(", ")}`,
  );
  return code;
}

const folder = await mkdtemp(join(tmpdir(), "switchyard-bench-"));
const cloud = await startCloud({
  configurationFile: new URL("../router.yaml", import.meta.url).pathname,
  directory: undefined,
  port: 0,
  smtpPort: 0,
  log: () => {},
  onFailure: (reason) => console.error(reason),
});
try {
  const file = join(folder, "customers.csv");
  await writeFile(file);
  const codes = [await measure("first import", file, cloud), await measure("the same again", file, cloud)];
  process.exitCode = Math.max(...codes);
} finally {
  await cloud.stop();
  await rm(folder, { recursive: true });
}
