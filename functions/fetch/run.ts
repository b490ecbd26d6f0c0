import { channelOf } from "../../shared/channels/registry.ts";
import { secretFor } from "../../shared/channels/secret.ts";
import { macOf, signingKeys } from "../../shared/channels/signing.ts";
import type { Inbox } from "../../shared/core/inbox.ts";
import { limits } from "../../shared/core/limits.ts";
import type { MediaReference, StoredMessage } from "../../shared/core/message.ts";
import { fittingName } from "../../shared/flow/file-name.ts";
import { fileKindOf, type FileKind } from "../../shared/flow/file-type.ts";
import { notify } from "../../shared/flow/notify.ts";
import { park } from "../../shared/flow/park.ts";
import type { App } from "../../shared/ports/app.ts";
import { MediaNotYet, MediaRefused, type FetchedMedia } from "../../shared/ports/media.ts";
import type { Delivery, MediaJob } from "../../shared/ports/queues.ts";

/**
 * Takes customers' files over from their providers into the bucket, each known by its content.
 *
 * What a provider does not hand out yet comes again by the queue; what it never will, or has not after
 * `limits.maxMediaReceives`, says so in the message, and the latter waits for a person too.
 *
 * @returns ids of the deliveries that are to come again
 */
export async function run(batch: Delivery<MediaJob>[], app: App): Promise<string[]> {
  const failed: string[] = [];
  for (const delivery of batch) {
    try {
      await takeOver(delivery.body, app);
    } catch (error) {
      if (error instanceof MediaNotYet) app.log.info("media.not-yet", { reason: error.message });
      else app.log.error("media.failed", error);
      const isLast = delivery.receiveCount >= limits.maxMediaReceives;
      if (isLast && (await giveUp(delivery, error instanceof MediaNotYet ? error.message : ownFault, app))) continue;
      failed.push(delivery.messageId);
    }
  }
  return failed;
}

/** @throws MediaNotYet */
async function takeOver({ messageId, index }: MediaJob, app: App): Promise<void> {
  const key = await objectKey(messageId, index, app);
  const message = await app.stores.messages.get(messageId);
  const file = message?.media[index];
  // Erased meanwhile: what an attempt before had written goes too.
  if (!message || !file) return app.blobs.remove(key);
  if (file.key === key) return;
  try {
    const stored = file.key === undefined ? await fetched(message, file, key, app) : await sniffed(file, file.key, app);
    await settle(messageId, index, stored, app);
  } catch (error) {
    if (!(error instanceof MediaRefused)) throw error;
    await settle(messageId, index, { ...file, problem: error.message }, app);
  }
}

/** Nobody can guess it, and each attempt finds the same, so that none leaves an object behind. */
async function objectKey(messageId: string, index: number, app: App): Promise<string> {
  const [key] = signingKeys(await app.secrets.get("signing"), "media-object");
  const name = macOf(key, `${messageId} ${index}`).subarray(0, 16);
  return `media/${messageId}/${Buffer.from(name).toString("hex")}`;
}

async function fetched(message: StoredMessage, file: MediaReference, key: string, app: App): Promise<MediaReference> {
  const { bytes, contentType = file.contentType } = await fetchFrom(message, file, app);
  const kind = await fileKindOf(bytes, contentType);
  await app.blobs.putBytes(key, bytes, kind.contentType);
  return { ...asFound(file, kind), key, bytes: bytes.byteLength };
}

async function fetchFrom(message: StoredMessage, file: MediaReference, app: App): Promise<FetchedMedia> {
  const inbox = inboxOf(message, app);
  const channel = channelOf(inbox);
  if (!channel?.media) throw new MediaRefused("The channel by which it came hands out no files any more.");
  const secret = await secretFor(channel, app);
  const location = await channel.media.locate(askedAgain(file), { inbox, secret }, app);
  const { hosts, credentialHosts, onOwnHosts } = channel.media;
  const own = onOwnHosts ? (inbox.mediaHosts ?? []) : [];
  const from = { hosts: [...hosts, ...own], credentialHosts };
  return app.mediaHttp.fetch(location, from, { maxBytes: limits.maxMediaBytes, timeoutMs: limits.mediaTimeoutMs });
}

/** What kept an earlier attempt from it need not keep this one: a person had it tried again. */
const askedAgain = ({ problem, ...file }: MediaReference): MediaReference =>
  file.url === undefined && file.providerId === undefined ? { ...file, problem } : file;

/** An inbox that router.yaml does not name is one of its own, as `parse` has it. */
const inboxOf = ({ channel, inboxId }: StoredMessage, { config }: App): Inbox =>
  config.inboxes.find(({ id }) => id === inboxId) ?? { id: inboxId, channel, address: inboxId };

/** One that came with its message lies in the bucket already, under the type that its sender gave it. */
async function sniffed(file: MediaReference, key: string, app: App): Promise<MediaReference> {
  const bytes = await app.blobs.getBytes(key, limits.maxMediaBytes);
  return bytes ? asFound(file, await fileKindOf(bytes, file.contentType)) : file;
}

/** Its name has the ending by which a machine opens it as what it is. */
function asFound(file: MediaReference, kind: FileKind): MediaReference {
  const { problem: _settled, ...rest } = file;
  const { contentType, extension } = kind;
  const name = file.name === undefined ? extension && `file.${extension}` : fittingName(file.name, kind);
  return { ...rest, contentType, ...(name !== undefined && { name }) };
}

async function settle(messageId: string, index: number, file: MediaReference, app: App): Promise<void> {
  const message = await app.stores.messages.setMedia(messageId, index, file);
  if (!message) return file.key === undefined ? undefined : app.blobs.remove(file.key);
  const conversation = await app.stores.conversations.get(message.conversationId);
  const notice = { type: "message", conversationId: message.conversationId, messageId } as const;
  await notify([conversation?.agentId], notice, app);
}

const ownFault = "The file could not be taken over: an operator can look into it, and have it tried again.";

/**
 * The message says why, and a person may have it tried again.
 *
 * @returns false where the file lies in the bucket by now, or the message is gone
 */
async function giveUp(delivery: Delivery<MediaJob>, reason: string, app: App): Promise<boolean> {
  const { messageId, index } = delivery.body;
  const file = (await app.stores.messages.get(messageId))?.media[index];
  if (!file || file.key !== undefined) return false;
  await settle(messageId, index, { ...file, problem: reason }, app);
  await park(delivery, "media", reason, app);
  return true;
}
