import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Blobs } from "../ports/blobs.ts";
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

  return {
    async put(key, body) {
      await client().send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: "application/json" }),
      );
    },

    async get(key) {
      try {
        const answer = await client().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return await answer.Body?.transformToString("utf-8");
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}
