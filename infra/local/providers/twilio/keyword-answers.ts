import type { OptOutWord } from "../../../../shared/core/message.ts";

/** In our words, what Twilio tells a customer by itself. @see https://help.twilio.com/articles/223134027 */
export const keywordAnswers: Record<OptOutWord, string> = {
  stop: "No more messages come to you from this number. START brings them back.",
  start: "Messages from this number come to you again. HELP tells more, STOP ends them.",
  help: "STOP ends messages from this number. Your contract's rates apply.",
};
