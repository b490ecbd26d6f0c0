import { createHash } from "node:crypto";
import type { VirtualClock } from "../../clock.ts";
import type { CloudDatabase } from "../database.ts";
import { AwsError } from "../error.ts";
import { crc32Of, overridable, readS3Request, s3Error, type S3Request } from "./request.ts";

const schema = `
CREATE TABLE IF NOT EXISTS s3_buckets (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS s3_objects (
  bucket TEXT NOT NULL, key TEXT NOT NULL, content BLOB NOT NULL, etag TEXT NOT NULL, checksum TEXT NOT NULL,
  headers TEXT NOT NULL, modified_at INTEGER NOT NULL, PRIMARY KEY (bucket, key)
);`;

interface ObjectRow {
  key: string;
  content: Uint8Array;
  etag: string;
  checksum: string;
  /** what Get gives back beside the content, as JSON */
  headers: string;
  modifiedAt: number;
}

export interface S3Response {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string;
}

const maxListedKeys = 1_000;
const keptHeaders = /^(content-type|content-disposition|content-language|cache-control|x-amz-meta-.+)$/;

/** S3, path style: Put, Get, Head, Delete and List of whole objects. */
export class S3Engine {
  readonly #database: CloudDatabase;
  readonly #clock: VirtualClock;

  constructor(options: { database: CloudDatabase; clock: VirtualClock }) {
    this.#database = options.database;
    this.#clock = options.clock;
    options.database.define(schema);
  }

  /** A bucket that is there stays as it is. */
  async createBucket(name: string): Promise<void> {
    await this.#database.write(() =>
      this.#database
        .statement("INSERT INTO s3_buckets (name, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .run(name, this.#clock.now()),
    );
  }

  /** As another service of AWS's puts one. @throws AwsError NoSuchBucket */
  async putObject(bucket: string, key: string, content: Buffer): Promise<void> {
    this.#checkBucket(bucket);
    await this.#database.write(() => this.#insert(bucket, key, content, {}));
  }

  /** Deletes what was put under the prefix before that time. */
  async expire(bucket: string, prefix: string, before: number): Promise<void> {
    await this.#database.write(() =>
      this.#database
        .statement("DELETE FROM s3_objects WHERE bucket = ? AND substr(key, 1, ?) = ? AND modified_at < ?")
        .run(bucket, [...prefix].length, prefix, before),
    );
  }

  /** The operation's name as AWS bills and permits it, e.g. `PutObject`. */
  operationOf(method: string, path: string): string {
    const key = new URL(path, "http://s3").pathname.split("/").slice(2).join("/");
    if (method === "GET") return key === "" ? "ListObjectsV2" : "GetObject";
    return { PUT: "PutObject", HEAD: "HeadObject", DELETE: "DeleteObject" }[method] ?? method;
  }

  /** One REST call. */
  async handle(call: {
    method: string;
    path: string;
    headers: Record<string, string>;
    body: Buffer;
  }): Promise<S3Response> {
    try {
      const request = readS3Request(call);
      this.#checkBucket(request.bucket);
      return await this.#answer(request);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return errorResponse(error, call.method);
    }
  }

  async #answer(request: S3Request): Promise<S3Response> {
    switch (request.key === "" ? `${request.method} bucket` : request.method) {
      case "PUT":
        return this.#put(request);
      case "GET":
        return this.#get(request, true);
      case "HEAD":
        return this.#get(request, false);
      case "DELETE":
        return this.#delete(request);
      case "GET bucket":
        return this.#list(request);
      default:
        throw s3Error(501, "NotImplemented", `The embedded cloud's S3 does not imitate ${request.method} here`);
    }
  }

  async #put({ bucket, key, headers, body }: S3Request): Promise<S3Response> {
    const condition = headers["if-none-match"];
    if (condition !== undefined && condition !== "*")
      throw s3Error(501, "NotImplemented", "If-None-Match of a put takes * only");
    const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => keptHeaders.test(name)));
    const etag = await this.#database.write(() => {
      if (condition && this.#find(bucket, key))
        throw s3Error(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
      return this.#insert(bucket, key, body, kept);
    });
    return { status: 200, headers: { etag, "x-amz-checksum-crc32": crc32Of(body) }, body: "" };
  }

  /** @returns the ETag */
  #insert(bucket: string, key: string, content: Buffer, headers: Record<string, string>): string {
    const etag = `"${createHash("md5").update(content).digest("hex")}"`;
    this.#database
      .statement(
        "INSERT OR REPLACE INTO s3_objects (bucket, key, content, etag, checksum, headers, modified_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      )
      .run(bucket, key, content, etag, crc32Of(content), JSON.stringify(headers), this.#clock.now());
    return etag;
  }

  async #get({ bucket, key, query, headers }: S3Request, withBody: boolean): Promise<S3Response> {
    const found = this.#find(bucket, key);
    if (!found) throw s3Error(404, "NoSuchKey", "The specified key does not exist.");
    return {
      status: 200,
      headers: {
        ...JSON.parse(found.headers),
        ...overrides(query),
        etag: found.etag,
        "last-modified": new Date(found.modifiedAt).toUTCString(),
        "content-length": String(found.content.length),
        ...(headers["x-amz-checksum-mode"] === "ENABLED" ? { "x-amz-checksum-crc32": found.checksum } : {}),
      },
      body: withBody ? Buffer.from(found.content) : "",
    };
  }

  /** Deleting what is not there succeeds, as on AWS. */
  async #delete({ bucket, key }: S3Request): Promise<S3Response> {
    await this.#database.write(() =>
      this.#database.statement("DELETE FROM s3_objects WHERE bucket = ? AND key = ?").run(bucket, key),
    );
    return { status: 204, headers: {}, body: "" };
  }

  async #list({ bucket, query }: S3Request): Promise<S3Response> {
    const prefix = query.get("prefix") ?? "";
    const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
    const limit = Math.min(maxListedKeys, Number(query.get("max-keys") ?? maxListedKeys));
    const rows = this.#database
      .statement(
        `SELECT key, length(content) AS bytes, etag, modified_at AS modifiedAt FROM s3_objects
         WHERE bucket = ? AND key > ? AND substr(key, 1, ?) = ? ORDER BY key LIMIT ?`,
      )
      .all(bucket, after, [...prefix].length, prefix, limit + 1) as {
      key: string;
      bytes: number;
      etag: string;
      modifiedAt: number;
    }[];
    const page = rows.slice(0, limit);
    const truncated = rows.length > limit;
    const contents = page.map(
      (row) =>
        `<Contents><Key>${xml(row.key)}</Key><LastModified>${new Date(row.modifiedAt).toISOString()}</LastModified>` +
        `<ETag>${xml(row.etag)}</ETag><Size>${row.bytes}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    );
    const next = truncated ? `<NextContinuationToken>${xml(page.at(-1)!.key)}</NextContinuationToken>` : "";
    return {
      status: 200,
      headers: { "content-type": "application/xml" },
      body:
        `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>${xml(bucket)}</Name><Prefix>${xml(prefix)}</Prefix>` +
        `<KeyCount>${page.length}</KeyCount><MaxKeys>${limit}</MaxKeys><IsTruncated>${truncated}</IsTruncated>${next}${contents.join("")}</ListBucketResult>`,
    };
  }

  #checkBucket(name: string): void {
    if (!this.#database.statement("SELECT 1 FROM s3_buckets WHERE name = ?").get(name))
      throw s3Error(404, "NoSuchBucket", "The specified bucket does not exist");
  }

  #find(bucket: string, key: string): ObjectRow | undefined {
    return this.#database
      .statement(
        "SELECT key, content, etag, checksum, headers, modified_at AS modifiedAt FROM s3_objects WHERE bucket = ? AND key = ?",
      )
      .get(bucket, key) as ObjectRow | undefined;
  }
}

const xml = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);

/** Headers that a signed request may choose for its answer (S3 API reference, GetObject). */
const overrides = (query: URLSearchParams): Record<string, string> =>
  Object.fromEntries(
    overridable.flatMap((name) => {
      const value = query.get(`response-${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );

/** An answer to HEAD has no body; its status says it all. */
export function errorResponse(error: AwsError, method: string): S3Response {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${error.code}</Code><Message>${xml(error.message)}</Message></Error>`;
  return {
    status: error.status,
    headers: { "content-type": "application/xml" },
    body: method === "HEAD" ? "" : body,
  };
}
