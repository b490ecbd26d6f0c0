/** What a person would say that an update is: always a customer's message here. */
export interface ExpectedUpdate {
  is: string;
  /** our field, and where in the update its value stands as the customer sees it */
  same: Record<string, string>;
}

const text = {
  text: "message.text",
  from: "message.chat.id",
  senderName: "message.from.first_name",
  providerTime: "message.date",
};

/**
 * What each Telegram update of the published deliveries is, by file and by its name there: written from the Bot API's pages
 * before there was a parser.
 */
export const expectedUpdates: Record<string, Record<string, ExpectedUpdate>> = {
  "webhooks/chat-replay/telegram.json": {
    // The name of the bot is part of what they wrote: in a private chat nobody needs it, and nobody takes it away.
    mention: { is: "a text that begins with the bot's name", same: text },
    followUp: { is: "a text", same: text },
  },
};
