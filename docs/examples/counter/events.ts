/** What we tell the router: the body of POST /webhooks/custom/{inbox}. */
export type Event =
  | {
      type: "message";
      /** ours, and never used twice: a repeat is the same message */
      id: string;
      /** who it is from, in our own way */
      from: string;
      name?: string;
      subject?: string;
      text: string;
      /** ISO 8601 */
      sentAt: string;
      attachments: { name: string; contentType: string; content: string }[];
    }
  | { type: "status"; sendId: string; status: "delivered" | "failed"; id?: string; reason?: string };

/** What the router posts to us: one reply of an agent's. */
export interface Reply {
  type: "message";
  /** the same as `webhook-id`: what came under it before is not printed again */
  sendId: string;
  conversationId: string;
  to: string;
  text: string;
  /** good for some hours */
  attachments: { name: string; contentType: string; bytes: number; url: string }[];
  quickReplies: string[];
}
