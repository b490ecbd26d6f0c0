import { CsvError, parse } from "csv-parse";
import { didYouMean } from "../../configuration/nearest.ts";
import { FileRefused, type Row } from "./row.ts";

/** A quote that is never closed ends here, rather than with the file. */
const maxRecordBytes = 256 * 1024;

const attributePrefix = "attribute.";
const consentColumn = "consent";
const agreedValue = "yes";
const channelsByColumn = { phone: "sms", sms: "sms", email: "email", web: "web" } as const;
const fields = ["externalId", "name", "language"] as const;

type Column =
  | { kind: "field"; name: (typeof fields)[number] }
  | { kind: "address"; channel: string }
  | { kind: "attribute"; name: string }
  /** to be written to at every address of the row */
  | { kind: "consent" };

/** Rows of a CSV whose first one names the columns; empty values say nothing. */
export async function* readCsv(chunks: AsyncIterable<Buffer>): AsyncGenerator<Row> {
  let columns: Column[] | undefined;
  for await (const row of parsed(chunks)) {
    if ("problem" in row) yield row;
    else if (columns) yield recordOf(columns, row);
    else columns = row.values.map(columnOf);
  }
  if (!columns) throw new FileRefused("The file is empty: its first line has to name the columns.");
}

interface Values {
  line: number;
  values: string[];
}

/** Drives the parser chunk by chunk, so that what comes before a mistake in the file is not lost with it. */
async function* parsed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Values | { line: number; problem: string }> {
  const rows: Values[] = [];
  let failure: Error | undefined;
  let parser: ReturnType<typeof parse> | undefined;
  const feed = (chunk?: Buffer) =>
    new Promise<void>((resolve) => {
      parser!.once("error", () => resolve());
      if (chunk) parser!.write(chunk, () => resolve());
      else parser!.end(() => resolve());
    });
  for await (const chunk of chunks) {
    parser ??= startParser(delimiterOf(chunk), rows, (error) => (failure = error));
    await feed(chunk);
    yield* rows.splice(0);
    if (failure) break;
  }
  if (parser && !failure) await feed();
  yield* rows.splice(0);
  if (failure) yield brokenOff(failure);
}

function startParser(delimiter: string, rows: Values[], onError: (error: Error) => void) {
  const parser = parse({
    bom: true,
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: maxRecordBytes,
    on_record: (values: string[], { lines }) => {
      rows.push({ line: lines - lineBreaksIn(values), values });
      return null;
    },
  });
  parser.on("error", onError);
  return parser.resume();
}

/** A row that goes over several lines is named by its first. */
const lineBreaksIn = (values: string[]): number =>
  values.reduce((count, value) => count + (value.match(/\r\n|\r|\n/g)?.length ?? 0), 0);

/** Spreadsheets write semicolons where a comma is the decimal sign. */
function delimiterOf(beginning: Buffer): string {
  const header = beginning.toString("utf8").split(/[\r\n]/, 1)[0]!;
  return [",", ";", "\t"].toSorted((one, other) => header.split(other).length - header.split(one).length)[0]!;
}

function brokenOff(error: Error): { line: number; problem: string } {
  if (!(error instanceof CsvError)) throw error;
  const line = Number(error["lines"] ?? 0);
  const ofQuotes = error.code === "CSV_QUOTE_NOT_CLOSED" || error.code === "CSV_MAX_RECORD_SIZE";
  const cause = ofQuotes ? "a quotation mark is opened before it and not closed" : error.message;
  return { line, problem: `The file can't be read on here: ${cause}. Correct that, then import it again.` };
}

function columnOf(name: string): Column {
  const field = fields.find((each) => each === name);
  if (field) return { kind: "field", name: field };
  const channel = Object.hasOwn(channelsByColumn, name)
    ? channelsByColumn[name as keyof typeof channelsByColumn]
    : undefined;
  if (channel) return { kind: "address", channel };
  if (name === consentColumn) return { kind: "consent" };
  if (name.startsWith(attributePrefix) && name.length > attributePrefix.length)
    return { kind: "attribute", name: name.slice(attributePrefix.length) };
  const known = [...fields, ...Object.keys(channelsByColumn), consentColumn];
  throw new FileRefused(
    `There is no column "${name}".${didYouMean(name, known)} There is: ${known.join(", ")}, and ${attributePrefix}<name>.`,
  );
}

function recordOf(columns: Column[], { line, values }: Values): Row {
  if (values.length !== columns.length) {
    const problem = `It has ${values.length} values, and the header names ${columns.length} columns: add what is missing, or put values that contain the separator into quotation marks.`;
    return { line, problem };
  }
  const addresses: { channel: string; address: string }[] = [];
  const attributes: [string, string][] = [];
  const own: Record<string, string> = {};
  let consent: { consent?: true } = {};
  for (const [position, column] of columns.entries()) {
    const value = values[position]!;
    if (value === "") continue;
    if (column.kind === "consent" && value.toLowerCase() !== agreedValue)
      return { line, problem: `Its consent is "${value}": write ${agreedValue}, or leave it empty.` };
    if (column.kind === "consent") consent = { consent: true };
    else if (column.kind === "field") own[column.name] = value;
    else if (column.kind === "attribute") attributes.push([column.name, value]);
    else addresses.push({ channel: column.channel, address: addressOf(column.channel, value) });
  }
  if (addresses.length === 0) return { line, problem: "It has no address: fill in phone, email or web." };
  const given = attributes.length > 0 && { attributes: Object.fromEntries(attributes) };
  const agreed = addresses.map((address) => ({ ...address, ...consent }));
  return { line, record: { ...own, ...given, addresses: agreed } };
}

/** In a table the web column holds the id alone. */
const addressOf = (channel: string, value: string): string =>
  channel === "web" && !value.startsWith("user:") ? `user:${value}` : value;
