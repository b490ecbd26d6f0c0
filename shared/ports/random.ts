/** The only source of chance. */
export interface Random {
  bytes(count: number): Uint8Array;
}
