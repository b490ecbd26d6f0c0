import { BlobTooLarge, type Blobs } from "../../../shared/ports/blobs.ts";

/** A bucket in memory. */
export function memoryBlobs(): Blobs {
  const objects = new Map<string, Uint8Array>();
  return {
    put: async (key, body) => void objects.set(key, Buffer.from(body)),
    get: async (key) => {
      const bytes = objects.get(key);
      return bytes && Buffer.from(bytes).toString("utf8");
    },
    putBytes: async (key, bytes) => void objects.set(key, bytes),
    getBytes: async (key, maxBytes) => {
      const bytes = objects.get(key);
      if (bytes && bytes.length > maxBytes) throw new BlobTooLarge(key);
      return bytes;
    },
    link: async (key) => `https://bucket.switchyard.test/${key}`,
    remove: async (key) => void objects.delete(key),
  };
}
