import { setTimeout as wait } from "node:timers/promises";
import { ApiProblem, createClient, NoAnswer, type Answer, type RequestOf } from "../../../shared/client/index.ts";

export type ImportedRecord = RequestOf<"importCustomers">["body"]["records"][number];
export type Sent = Answer<"importCustomers">["results"][number];

/** The API, and what opens it. */
export interface Target {
  url: string;
  token: string;
}

/** The API does not take the records: going on would change nothing. */
export class ImportRefused extends Error {
  override name = "ImportRefused";
}

const maxAttempts = 6;
const firstPauseMs = 500;

/**
 * Hands records to the API. An import may be repeated, so whatever leaves its outcome open is tried again.
 *
 * @param pause between two attempts
 * @throws ImportRefused saying what to do
 */
export async function sendRecords(
  records: ImportedRecord[],
  { url, token }: Target,
  pause: (milliseconds: number) => Promise<unknown> = wait,
): Promise<Sent[]> {
  const client = createClient({ baseUrl: url, token });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await client.importCustomers({ body: { records } })).results;
    } catch (error) {
      const problem = problemOf(error);
      if (!mayPass(error)) throw new ImportRefused(`${url}: ${problem}`, { cause: error });
      if (attempt === maxAttempts) {
        const advice = `Tried ${maxAttempts} times: import again later.`;
        throw new ImportRefused(`${url}: ${problem} ${advice}`, { cause: error });
      }
      await pause(firstPauseMs * 2 ** (attempt - 1));
    }
  }
}

const mayPass = (error: unknown): boolean =>
  error instanceof NoAnswer || (error instanceof ApiProblem && (error.status >= 500 || error.status === 429));

function problemOf(error: unknown): string {
  if (error instanceof NoAnswer) return error.message;
  if (!(error instanceof ApiProblem)) throw error;
  return `${error.message}${adviceFor(error.status)}`;
}

function adviceFor(status: number): string {
  if (status === 401) return " Use a token that has not expired.";
  if (status === 403) return " Use a token of an operator, or one with the scope customers:import.";
  return "";
}
