/* What every provider's connection is made of, and how it is shown, set and read back. */

/** What is set at the provider, by its own names. */
export type Settings = Record<string, string>;

/** One thing at a provider that has to point to the router. */
export interface Connection {
  /** how it is called in what is printed */
  name: string;
  /** @throws ConnectRefused */
  read(): Promise<Settings>;
  /** What has to be, of the settings that were read. */
  wanted(before: Settings): Settings;
  /** @throws ConnectRefused */
  set(settings: Settings): Promise<void>;
  /** what the provider never shows, and what is therefore set each time */
  unseen?: string;
  /** What stands in the way all the same, for a person to mend. */
  obstacles?(): string[];
  /** What is worth knowing. */
  notes?(): string[];
}

/** What one login at a provider opens. */
export interface Account {
  name: string;
  /** Whether the router takes what this provider will call it with. @throws ConnectRefused */
  askRouter(): Promise<void>;
  /** @throws ConnectRefused */
  connections(): Promise<Connection[]>;
}

/** It can't be done; the message is for the person. */
export class ConnectRefused extends Error {
  override name = "ConnectRefused";
}

/** The whole login is not taken, so that there is nothing more to try with it. */
export class LoginRefused extends ConnectRefused {
  override name = "LoginRefused";
}

export interface Output {
  say(line: string): void;
  complain(line: string): void;
}

interface Tally {
  right: number;
  changed: number;
  problems: number;
}

/**
 * Goes through all of it. A fault of one connection stops no other, so what was done and what was not is told one by one.
 *
 * @param isDry nothing is set
 * @returns whether all is as it should be, or would be
 */
export async function connectAll(accounts: Account[], isDry: boolean, output: Output): Promise<boolean> {
  const tally: Tally = { right: 0, changed: 0, problems: 0 };
  for (const account of accounts)
    await withProblems(account.name, { tally, output }, async () => {
      await account.askRouter();
      for (const connection of await account.connections()) {
        const end = await withProblems(connection.name, { tally, output }, () =>
          connectOne(connection, isDry, { tally, output }),
        );
        if (end instanceof LoginRefused) break;
      }
    });
  const { right, changed, problems } = tally;
  const faults = problems === 0 ? "" : `, ${problems} ${problems === 1 ? "problem" : "problems"}`;
  output.say(`${right} as it should be, ${changed} ${isDry ? "to be changed" : "changed"}${faults}.`);
  return problems === 0;
}

interface Telling {
  tally: Tally;
  output: Output;
}

/** @returns what was refused */
async function withProblems(
  name: string,
  { tally, output }: Telling,
  work: () => Promise<void>,
): Promise<ConnectRefused | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof ConnectRefused)) throw error;
    tally.problems += 1;
    output.complain(`${name}: ${error.message}`);
    return error;
  }
}

async function connectOne(connection: Connection, isDry: boolean, { tally, output }: Telling): Promise<void> {
  const { name, unseen } = connection;
  const before = await connection.read();
  const wanted = connection.wanted(before);
  const changes = changesOf(before, wanted);
  for (const [setting, value] of changes)
    output.say(`${name}: ${setting}: ${shown(before[setting])} → ${shown(value)}`);
  const obstacles = connection.obstacles?.() ?? [];
  const isRight = changes.length === 0 && obstacles.length === 0;
  if (isRight) output.say(`${name}: as it should be`);
  if (!isDry && (changes.length > 0 || unseen !== undefined)) await connection.set(wanted);
  if (!isDry && unseen !== undefined) output.say(`${name}: ${unseen}: set again, since it can't be read`);
  if (!isDry && changes.length > 0) await readBack(connection, wanted);
  for (const note of connection.notes?.() ?? []) output.say(`${name}: ${note}`);
  for (const obstacle of obstacles) output.complain(`${name}: ${obstacle}`);
  if (isRight) tally.right += 1;
  if (changes.length > 0) tally.changed += 1;
  tally.problems += obstacles.length;
}

/** @throws ConnectRefused where the provider shows something else than was set */
async function readBack(connection: Connection, wanted: Settings): Promise<void> {
  const after = await connection.read();
  const left = changesOf(after, wanted).map(([setting]) => `${setting} is ${shown(after[setting])}`);
  if (left.length === 0) return;
  throw new ConnectRefused(`It was set, but reads otherwise: ${left.join(", ")}. Run this again in a minute.`);
}

const changesOf = (before: Settings, wanted: Settings): [setting: string, value: string][] =>
  Object.entries(wanted).filter(([setting, value]) => before[setting] !== value);

const shown = (value: string | undefined): string => (value === undefined || value === "" ? "(nothing)" : value);
