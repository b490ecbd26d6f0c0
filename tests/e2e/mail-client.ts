import { createTransport, type SendMailOptions } from "nodemailer";
import type { MailOutboxItem } from "../../infra/local/sim/mailbox.ts";

/** A customer's mail program: it hands over by SMTP and reads what the embedded cloud has delivered. */
export interface MailClient {
  /** @returns its own Message-ID @throws what the server answered when it was not taken */
  send(mail: SendMailOptions): Promise<{ messageId: string }>;
  /** oldest first */
  received(to: string): Promise<MailOutboxItem[]>;
}

export function mailClient({ baseUrl, smtp }: { baseUrl: string; smtp: { host: string; port: number } }): MailClient {
  return {
    async send(mail) {
      const transport = createTransport({ ...smtp, secure: false, ignoreTLS: true });
      try {
        return await transport.sendMail(mail);
      } finally {
        transport.close();
      }
    },
    async received(to) {
      const response = await fetch(`${baseUrl}/sim/outbox?${new URLSearchParams({ channel: "email", to })}`);
      return ((await response.json()) as { items: MailOutboxItem[] }).items;
    },
  };
}
