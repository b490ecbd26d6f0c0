/** Large bodies and pool snapshots (S3). Keys are ours; only our functions' roles reach the bucket. */
export interface Blobs {
  put(key: string, body: string): Promise<void>;
  /** @returns undefined where there is none */
  get(key: string): Promise<string | undefined>;
}
