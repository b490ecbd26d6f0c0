import { BlobTooLarge, type Blobs } from "../../shared/ports/blobs.ts";
import type { Mail, MailMessage } from "../../shared/ports/mail.ts";
import { MediaRefused, type FetchedMedia, type MediaHttp } from "../../shared/ports/media.ts";
import type { Sockets } from "../../shared/ports/sockets.ts";

/** A bucket in memory. Its links say what they lead to. */
export class MemoryBlobs implements Blobs {
  readonly objects = new Map<string, Uint8Array>();

  async put(key: string, body: string): Promise<void> {
    this.objects.set(key, new TextEncoder().encode(body));
  }

  async get(key: string): Promise<string | undefined> {
    const bytes = this.objects.get(key);
    return bytes && new TextDecoder().decode(bytes);
  }

  async putBytes(key: string, bytes: Uint8Array): Promise<void> {
    this.objects.set(key, bytes);
  }

  async getBytes(key: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const bytes = this.objects.get(key);
    if (bytes && bytes.length > maxBytes) throw new BlobTooLarge(`${key} has ${bytes.length} bytes`);
    return bytes;
  }

  async link(key: string, { expiresInSeconds, fileName }: Parameters<Blobs["link"]>[1]): Promise<string> {
    return `https://bucket.example/${key}?as=${encodeURIComponent(fileName)}&for=${expiresInSeconds}`;
  }

  async remove(key: string): Promise<void> {
    this.objects.delete(key);
  }
}

/** A mail service that takes everything and keeps it; `next` stands in its place for the next messages. */
export class KeptMail implements Mail {
  readonly sent: (MailMessage & { providerId: string })[] = [];
  readonly next: ((message: MailMessage, take: () => { providerId: string }) => Promise<{ providerId: string }>)[] = [];

  async send(message: MailMessage): Promise<{ providerId: string }> {
    const take = () => {
      const providerId = `0100018f${String(this.sent.length).padStart(8, "0")}-ses`;
      this.sent.push({ ...message, providerId });
      return { providerId };
    };
    return (this.next.shift() ?? (async () => take()))(message, take);
  }
}

/** Providers' files by their address; each fetch is kept, and `next` stands in its place. */
export class KeptMedia implements MediaHttp {
  readonly files = new Map<string, FetchedMedia>();
  readonly fetched: Parameters<MediaHttp["fetch"]>[] = [];
  readonly next: (() => Promise<FetchedMedia>)[] = [];

  async fetch(...parameters: Parameters<MediaHttp["fetch"]>): Promise<FetchedMedia> {
    const [{ url }, , { maxBytes }] = parameters;
    this.fetched.push(parameters);
    const answer = this.next.shift();
    if (answer) return answer();
    const file = this.files.get(url);
    if (!file) throw new MediaRefused(`There is no file at ${url}.`);
    if (file.bytes.length > maxBytes) throw new MediaRefused(`${url} has more than ${maxBytes} bytes.`);
    return file;
  }
}

/** Open connections: frames that were pushed, and who has gone. */
export class KeptSockets implements Sockets {
  readonly pushed: { connectionId: string; data: string }[] = [];
  readonly gone = new Set<string>();

  async push(connectionId: string, data: string): Promise<"delivered" | "gone"> {
    if (this.gone.has(connectionId)) return "gone";
    this.pushed.push({ connectionId, data });
    return "delivered";
  }

  async close(connectionId: string): Promise<void> {
    this.gone.add(connectionId);
  }

  /** Frames of one connection, read. */
  framesOf(connectionId: string): unknown[] {
    return this.pushed.filter((push) => push.connectionId === connectionId).map(({ data }) => JSON.parse(data));
  }
}
