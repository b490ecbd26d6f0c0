/** One JSON document a channel: what Secrets Manager holds. Read once a start, again on a miss. */
export interface Secrets {
  /** @throws when there is none of that name */
  get(name: string): Promise<unknown>;
}
