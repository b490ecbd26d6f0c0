/** What a person would say that a customer wrote, or why it is nothing for us. */
export type ExpectedUpdate = { from: string; text: string; senderName: string; at: string } | { ignored: RegExp };

/**
 * What each Telegram update of the published deliveries is, by file and by its name there: written from the Bot API's pages
 * before there was a parser.
 */
export const expectedUpdates: Record<string, Record<string, ExpectedUpdate>> = {
  "webhooks/chat-replay/telegram.json": {
    // The name of the bot is part of what they wrote: in a private chat nobody needs it, and nobody takes it away.
    mention: {
      from: "7527593",
      text: "@vercelchatsdkbot hi",
      senderName: "Test User",
      at: "2025-12-31T23:48:08.000Z",
    },
    followUp: { from: "7527593", text: "how are you", senderName: "Test User", at: "2025-12-31T23:48:21.000Z" },
  },
};
