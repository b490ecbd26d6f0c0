import { FileRefused, type Row } from "./import/row.ts";
import { readRows } from "./import/rows.ts";
import { ImportRefused, sendRecords, type ImportedRecord, type Sent, type Target } from "./import/send.ts";
import type { Command } from "./command.ts";
import { checkedRecord } from "../../functions/input.ts";
import { customerRecord } from "../../shared/api/customers.ts";
import { channelCapabilities } from "../../shared/channels/registry.ts";
import { addressProblem, ownAddress, scopeProblem } from "../../shared/core/address.ts";
import { limits } from "../../shared/core/limits.ts";

interface Tally {
  taken: number;
  failed: number;
}

export const importCustomers: Command = {
  name: "import",
  summary: "takes customers of another system in",
  help: [
    "Usage: npx switchyard import FILE --url URL --token TOKEN [--dry-run]",
    "",
    "Takes the customers of a file in. Repeating it changes nothing, so a file that was corrected can be imported again.",
    "",
    "FILE       CSV, or JSON lines where its name ends in .jsonl or .ndjson.",
    "           CSV: the first line names the columns: externalId, name, language, phone (or sms), email, web, consent, attribute.<name>.",
    "           Consent is yes where the customer agreed to be written to at these addresses.",
    "           The values of attributes are texts; JSON lines bring numbers and true or false as well:",
    '           {"externalId":"17","name":"Erika","attributes":{"orders":3},"addresses":[{"channel":"sms","address":"+4915112345678"}]}',
    '           An address of a custom channel names its inbox too (JSON lines): {"channel":"custom","inboxId":"counter","address":"1042"}.',
    "           Phone numbers are in E.164: +4915112345678. Web is the id that you vouch for in the web chat.",
    "--url      where the API is, e.g. https://messages.example.com",
    "--token    of an operator, or with the scope customers:import; absent: the variable SWITCHYARD_TOKEN",
    "--dry-run  says what is wrong with the file, and sends nothing",
    "",
    "Each row that can't be taken in is named with its line; the others are. Records of one externalId are one customer.",
    "Exit code: 0 all were taken in; 1 some were not; 2 the command was called wrongly.",
  ].join("\n"),
  options: { url: { type: "string" }, token: { type: "string" }, "dry-run": { type: "boolean" } },
  async run(positionals, { url, token = process.env.SWITCHYARD_TOKEN, "dry-run": isDry }) {
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) return refuse("import takes one file.");
    if (!isDry && (typeof url !== "string" || !URL.canParse(url))) return refuse("--url has to say where the API is.");
    if (!isDry && typeof token !== "string") return refuse("--token, or the variable SWITCHYARD_TOKEN, is missing.");
    const target = isDry ? undefined : { url: String(url), token: String(token) };
    const tally: Tally = { taken: 0, failed: 0 };
    try {
      await importFile(file, target, tally);
    } catch (error) {
      if (!isExpected(error)) throw error;
      console.error(error.message);
      tally.failed += 1;
    }
    const done = isDry ? "are right" : "were taken in";
    console.error(`${file}: ${tally.taken} ${done}, ${tally.failed} ${tally.failed === 1 ? "problem" : "problems"}.`);
    return tally.failed === 0 ? 0 : 1;
  },
};

function refuse(message: string): number {
  console.error(`${message} See: npx switchyard import --help`);
  return 2;
}

const isExpected = (error: unknown): error is Error =>
  error instanceof FileRefused || error instanceof ImportRefused || (error instanceof Error && "syscall" in error);

/** @param target absent: nothing is sent */
async function importFile(file: string, target: Target | undefined, tally: Tally): Promise<void> {
  let batch: Checked[] = [];
  for await (const row of readRows(file)) {
    const checked = checkedRow(row);
    if ("problem" in checked) report(file, row.line, checked.problem, tally);
    else batch.push(checked);
    if (batch.length < limits.maxImportRecords) continue;
    await takeIn(file, batch, target, tally);
    batch = [];
  }
  await takeIn(file, batch, target, tally);
}

async function takeIn(file: string, batch: Checked[], target: Target | undefined, tally: Tally): Promise<void> {
  if (batch.length === 0) return;
  const sent =
    target &&
    (await sendRecords(
      batch.map(({ record }) => record),
      target,
    ));
  const refused = sent?.filter(isRefused) ?? [];
  for (const { index, error } of refused) report(file, batch[index]!.line, described(error), tally);
  const before = tally.taken;
  tally.taken += batch.length - refused.length;
  if (Math.floor(before / progressEvery) !== Math.floor(tally.taken / progressEvery))
    console.error(`${file}: ${tally.taken} …`);
}

const progressEvery = 1_000;

const isRefused = (sent: Sent): sent is Extract<Sent, { error: object }> => "error" in sent;

interface Checked {
  line: number;
  record: ImportedRecord;
}

/** What the API would refuse as well: so a dry run says it, and no call is made for it. */
function checkedRow(row: Row): Checked | { problem: string } {
  if ("problem" in row) return row;
  const checked = checkedRecord(customerRecord, row.record);
  if ("error" in checked) return { problem: described(checked.error) };
  for (const [position, place] of checked.record.addresses.entries()) {
    const capabilities = channelCapabilities()[place.channel];
    if (!capabilities) continue;
    const problem = addressProblem(ownAddress(place.address, capabilities), capabilities);
    if (problem !== undefined) return { problem };
    const unscoped = scopeProblem(place, capabilities);
    if (unscoped !== undefined)
      return { problem: described({ field: `addresses.${position}.inboxId`, message: unscoped }) };
  }
  return { line: row.line, record: checked.record };
}

const described = ({ field, message }: { field: string; message: string }): string =>
  field === "" ? message : `${field}: ${message}`;

function report(file: string, line: number, problem: string, tally: Tally): void {
  console.error(`${file}:${line} ${problem}`);
  tally.failed += 1;
}
