import * as z from "zod/mini";
import type { ChannelPorts, OutboundFile, SendRequest, SendResult } from "../channel.ts";
import { sendByGraph } from "../meta/graph.ts";
import { accessTokenOf } from "../meta/secret.ts";
import { providerIdSchema } from "../provider-id.ts";
import { meanings } from "./errors.ts";
import type { Platform } from "./event.ts";

const taken = z.object({ message_id: providerIdSchema });

/**
 * Hands one message to the Send API, once: a text, or a file as a link.
 *
 * @see https://developers.facebook.com/docs/messenger-platform/reference/send-api
 * @see https://developers.facebook.com/docs/messenger-platform/instagram/features/send-message
 * @throws when the secret can't be used
 */
export const senderOn =
  ({ nodeOf }: Platform) =>
  (request: SendRequest, ports: Pick<ChannelPorts, "http" | "clock">): Promise<SendResult> =>
    sendByGraph(
      {
        path: `/${nodeOf(request.inbox)}/messages`,
        accessToken: accessTokenOf(request.secret, request.inbox.address),
        body: bodyOf(request),
        meanings,
        providerIdOf: (answer) => z.safeParse(taken, answer).data?.message_id,
      },
      ports,
    );

const bodyOf = ({ to, sendId, text, media: [file], quickReplies = [], asHumanAgent }: SendRequest) => ({
  recipient: { id: to },
  ...(asHumanAgent ? { messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" } : { messaging_type: "RESPONSE" }),
  message: {
    ...(file ? { attachment: attachmentOf(file) } : { text }),
    ...(quickReplies.length > 0 && { quick_replies: quickReplies.map(quickReplyOf) }),
    // Meta gives it back in the echo of this message.
    metadata: sendId,
  },
});

const attachmentOf = ({ contentType, url }: OutboundFile) => ({
  type: /^(image|video|audio)\//.exec(contentType)?.[1] ?? "file",
  payload: { url, is_reusable: false },
});

const quickReplyOf = (title: string) => ({ content_type: "text", title, payload: title });
