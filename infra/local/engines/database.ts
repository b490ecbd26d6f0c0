import type { DatabaseSync } from "node:sqlite";

/** The one SQLite file that all engines but DynamoDB's share. Work of one turn of the event loop is committed together. */
export declare class CloudDatabase {
  /** For reads and for creating tables. */
  readonly sql: DatabaseSync;
  /** Runs `work` at once inside the open transaction; resolves when that is on disk. What `work` threw is undone, alone. */
  write<Result>(work: () => Result): Promise<Result>;
  close(): void;
}

/** @throws when another process holds `directory` */
export declare function openDatabase(location: { directory: string } | "memory"): CloudDatabase;
