import { messageIdOf } from "../../../shared/core/ids.ts";
import type { InboundJob } from "../../../shared/ports/queues.ts";

/** The id that the message of this job has, or will have, once it is stored. */
export const inboundMessageId = ({ message }: InboundJob): string =>
  messageIdOf(message.channel, message.accountId, message.providerId);
