/** One JSON document a channel: what Secrets Manager holds. Kept for a few minutes, so that a rotated one is read soon. */
export interface Secrets {
  /** @throws when there is none of that name */
  get(name: string): Promise<unknown>;
}
