/** Large bodies, attachments and pool snapshots (S3). Keys are ours; only our functions' roles reach the bucket. */
export interface Blobs {
  put(key: string, body: string): Promise<void>;
  /** @returns undefined where there is none */
  get(key: string): Promise<string | undefined>;
  putBytes(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** @returns undefined where there is none @throws BlobTooLarge before anything over `maxBytes` is read */
  getBytes(key: string, maxBytes: number): Promise<Uint8Array | undefined>;
  /** A link under which anybody reads this one object, as a download of that name, until it expires. */
  link(key: string, options: { expiresInSeconds: number; fileName: string; contentType: string }): Promise<string>;
  /** Removing what is not there changes nothing. */
  remove(key: string): Promise<void>;
}

/** Under it the mail service puts each mail as it came, by the id that it gave it (SES guide, "Deliver to S3 bucket action"). */
export const rawMailPrefix = "inbound-mail/";

export class BlobTooLarge extends Error {
  override name = "BlobTooLarge";
}
