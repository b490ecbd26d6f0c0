import type { Blobs } from "../ports/blobs.ts";
import { clientSettings } from "./clients.ts";

/** Objects of one bucket. The client is loaded when a blob is first met: most invocations never meet one. */
export function s3Blobs(bucket: string): Blobs {
  const load = async () => {
    const s3 = await import("@aws-sdk/client-s3");
    // A checksum of each body is what the connection's TLS gives already.
    const checksums = {
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    } as const;
    return { s3, client: new s3.S3Client({ ...clientSettings(10_000), ...checksums }) };
  };
  let loaded: ReturnType<typeof load> | undefined;

  return {
    async put(key, body) {
      const { s3, client } = await (loaded ??= load());
      await client.send(
        new s3.PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: "application/json" }),
      );
    },

    async get(key) {
      const { s3, client } = await (loaded ??= load());
      try {
        const answer = await client.send(new s3.GetObjectCommand({ Bucket: bucket, Key: key }));
        return await answer.Body?.transformToString("utf-8");
      } catch (error) {
        if (error instanceof s3.NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}
