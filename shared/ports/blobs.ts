/** Large bodies and pool snapshots (S3). Keys are ours and unguessable where a person's data is inside. */
export interface Blobs {
  put(key: string, body: string): Promise<void>;
  /** @returns undefined where there is none */
  get(key: string): Promise<string | undefined>;
}
