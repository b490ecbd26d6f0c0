import type { Channel, OutboundFile, SendRequest } from "../../shared/channels/channel.ts";
import { channelOf } from "../../shared/channels/registry.ts";
import { secretFor } from "../../shared/channels/secret.ts";
import { limits } from "../../shared/core/limits.ts";
import type { OutboundStored } from "../../shared/core/message.ts";
import { fileLink } from "../../shared/flow/file-links.ts";
import { inboxOf } from "../../shared/flow/gate.ts";
import { PermanentFailure } from "../../shared/flow/park.ts";
import { automaticAuthor } from "../../shared/flow/reply.ts";
import type { App } from "../../shared/ports/app.ts";

/**
 * A stored reply as its channel takes it, with links by which the provider fetches its files, and the files themselves.
 *
 * @throws PermanentFailure where its inbox has left the configuration
 */
export async function requestFor(
  message: OutboundStored,
  app: App,
): Promise<{ channel: Channel; request: SendRequest }> {
  const inbox = inboxOf(message.inboxId, app);
  const channel = inbox && channelOf(inbox);
  if (!channel) {
    throw new PermanentFailure(`No channel ${message.channel} with inbox ${message.inboxId} is configured.`);
  }
  const secret = await secretFor(channel, app);
  const [origin] = app.publicUrls;
  if (!origin) throw new Error("No public URL is configured, so the provider could not report back: set PUBLIC_URLS.");
  const statusPath = channel.webhook?.statusPath(message.sendId) ?? null;
  const { sendId, identityId, conversationId, to, text, template, quickReplies, subject, references } = message;
  const request: SendRequest = {
    sendId,
    identityId,
    conversationId,
    to,
    inbox,
    text,
    media: await outboundFiles(message, app),
    template,
    quickReplies,
    subject,
    references,
    isAutomatic: message.author === automaticAuthor,
    writtenAt: Date.parse(message.createdAt),
    statusUrl: statusPath && origin + statusPath,
    secret,
  };
  return { channel, request };
}

function outboundFiles({ media }: OutboundStored, app: App): Promise<OutboundFile[]> {
  const files = media.map(async ({ key, contentType, bytes = 0, name = "file" }) => {
    if (key === undefined) throw new PermanentFailure("A file of it is not in the bucket.");
    const url = await fileLink({ key, contentType, name }, app);
    return { url, contentType, bytes, name, read: () => app.blobs.getBytes(key, limits.maxUploadBytes) };
  });
  return Promise.all(files);
}
