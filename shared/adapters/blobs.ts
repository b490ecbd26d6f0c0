import type { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  type GetObjectCommandOutput,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { asDownload } from "../core/download.ts";
import { BlobTooLarge, type Blobs } from "../ports/blobs.ts";
import { clientSettings } from "./clients.ts";

// A checksum of each body is what the connection's TLS gives already.
const checksums = { requestChecksumCalculation: "WHEN_REQUIRED", responseChecksumValidation: "WHEN_REQUIRED" } as const;

/**
 * Objects of one bucket. The client is made when a blob is first met: most invocations never meet one. Its code is
 * imported by name, since a dynamic import would keep all of the package in every bundle.
 */
export function s3Blobs(bucket: string): Blobs {
  let made: S3Client | undefined;
  const client = () => (made ??= new S3Client({ ...clientSettings(10_000), ...checksums }));

  const put = async (key: string, body: string | Uint8Array, contentType: string): Promise<void> => {
    await client().send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }));
  };

  const find = async (key: string): Promise<GetObjectCommandOutput | undefined> => {
    try {
      return await client().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };

  return {
    put: (key, body) => put(key, body, "application/json"),

    async get(key) {
      return (await find(key))?.Body?.transformToString("utf-8");
    },

    putBytes: put,

    async getBytes(key, maxBytes) {
      const answer = await find(key);
      return answer && bytesOf(key, answer, maxBytes);
    },

    link(key, { expiresInSeconds, fileName, contentType }) {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ResponseContentType: contentType,
        ResponseContentDisposition: asDownload(fileName),
      });
      return getSignedUrl(client(), command, { expiresIn: expiresInSeconds });
    },

    async remove(key) {
      await client().send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
}

async function bytesOf(key: string, answer: GetObjectCommandOutput, maxBytes: number): Promise<Uint8Array> {
  const body = answer.Body as Readable;
  const chunks: Uint8Array[] = [];
  let bytes = answer.ContentLength ?? 0;
  if (bytes <= maxBytes) {
    bytes = 0;
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) break;
      chunks.push(chunk);
    }
  }
  body.destroy();
  if (bytes > maxBytes) throw new BlobTooLarge(`${key} has more than the ${maxBytes} bytes that are read of it.`);
  return Buffer.concat(chunks);
}
