import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";

/** SQLite's SQLITE_BUSY. */
const sqliteBusy = 5;
/** A process that was just killed may hold the file for a moment. */
const lockWaitMs = 2_000;

/** What one piece of work gave, and the promise that it is on disk. */
export interface Written<Result> {
  result: Result;
  durable: Promise<void>;
}

/** The open transaction. */
interface Batch {
  durable: Promise<void>;
  settle: (error?: unknown) => void;
}

/**
 * The one SQLite file that all engines but DynamoDB's share. The work of one turn of the event loop is committed
 * together: a hundred requests that arrive at once cost one flush to disk.
 */
export class CloudDatabase {
  readonly #sql: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #open: Batch | undefined;

  constructor(sql: DatabaseSync) {
    this.#sql = sql;
    sql.exec("CREATE TABLE IF NOT EXISTS cloud_settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)");
  }

  /** Creates tables and indexes. */
  define(script: string): void {
    this.#sql.exec(script);
  }

  /** A prepared statement, kept for the next call. */
  statement(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (!statement) {
      statement = this.#sql.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  /** Runs `work` at once inside the open transaction; resolves when that is on disk. What `work` threw is undone, alone. */
  async write<Result>(work: () => Result): Promise<Result> {
    const { result, durable } = this.transact(work);
    await durable;
    return result;
  }

  /** As `write`, for a caller who needs the result before it is on disk. @throws what `work` throws */
  transact<Result>(work: () => Result): Written<Result> {
    const { durable } = (this.#open ??= this.#begin());
    this.#sql.exec("SAVEPOINT work");
    let result: Result;
    try {
      result = work();
    } catch (error) {
      this.#sql.exec("ROLLBACK TO work; RELEASE work");
      throw error;
    }
    this.#sql.exec("RELEASE work");
    return { result, durable };
  }

  /** A small value that the embedded cloud keeps between starts: the clock's offset, an issuer's key. */
  setting(name: string): string | undefined {
    const row = this.statement("SELECT value FROM cloud_settings WHERE name = ?").get(name);
    return row ? String(row["value"]) : undefined;
  }

  keepSetting(name: string, value: string): Promise<void> {
    return this.write(() => {
      this.statement("INSERT OR REPLACE INTO cloud_settings (name, value) VALUES (?, ?)").run(name, value);
    });
  }

  /** Commits what is open and gives the file free. */
  close(): void {
    this.#commit();
    this.#sql.close();
  }

  #begin(): Batch {
    this.#sql.exec("BEGIN IMMEDIATE");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Each caller awaits it; this line only keeps a batch without callers from counting as unhandled.
    promise.catch(() => {});
    setImmediate(() => this.#commit());
    return { durable: promise, settle: (error) => (error === undefined ? resolve() : reject(error)) };
  }

  #commit(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = undefined;
    try {
      this.#sql.exec("COMMIT");
      open.settle();
    } catch (error) {
      if (this.#sql.isTransaction) this.#sql.exec("ROLLBACK");
      open.settle(error);
    }
  }
}

/**
 * Opens `directory`/cloud.sqlite and holds it against other processes until this one ends, however it ends.
 * @throws when another process holds it
 */
export function openDatabase(location: { directory: string } | "memory"): CloudDatabase {
  if (location === "memory") return new CloudDatabase(new DatabaseSync(":memory:"));
  mkdirSync(location.directory, { recursive: true });
  const sql = new DatabaseSync(join(location.directory, "cloud.sqlite"), { timeout: lockWaitMs });
  try {
    // The lock is the operating system's, on the file: nothing is left behind by a process that was killed.
    sql.exec(
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE; COMMIT",
    );
    return new CloudDatabase(sql);
  } catch (error) {
    sql.close();
    if (!isBusy(error)) throw error;
    throw new Error(
      `${location.directory} is in use by another process: stop that one, or choose another folder with --data`,
      { cause: error },
    );
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === sqliteBusy;
