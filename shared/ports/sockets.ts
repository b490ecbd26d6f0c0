/** Pushes to open WebSocket connections (API Gateway's management API). */
export interface Sockets {
  /** @returns "gone" when the connection has ended (410) */
  push(connectionId: string, data: string): Promise<"delivered" | "gone">;
  /** Ends a connection; one that has ended already is no mistake. */
  close(connectionId: string): Promise<void>;
}
