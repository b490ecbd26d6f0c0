import * as z from "zod/mini";
import type { ChannelPorts, LookupResult, SendRequest, SendResult } from "../channel.ts";
import { sendByGraph } from "../meta/graph.ts";
import { accessTokenOf } from "../meta/secret.ts";
import { providerIdSchema } from "../provider-id.ts";
import { bodyOf } from "./body.ts";
import { meanings } from "./errors.ts";

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-phone-number/message-api */
const answerSchema = z.object({ messages: z.array(z.object({ id: providerIdSchema })) });

/**
 * Hands one message to the Cloud API, once.
 *
 * @throws when the secret can't be used
 */
export const send = (request: SendRequest, ports: Pick<ChannelPorts, "http" | "clock">): Promise<SendResult> =>
  sendByGraph(
    {
      path: `/${encodeURIComponent(request.inbox.address)}/messages`,
      accessToken: accessTokenOf(request.secret, request.inbox.address),
      body: bodyOf(request),
      meanings,
      providerIdOf(answer) {
        const result = z.safeParse(answerSchema, answer);
        return result.success ? result.data.messages[0]?.id : undefined;
      },
    },
    ports,
  );

/** The Cloud API lists no messages: only a report that carries our send id tells what became of one. */
export const lookup = (): Promise<LookupResult> =>
  Promise.resolve({ outcome: "undecided", reason: "WhatsApp keeps no list, and has not reported on it" });
