import { createHash } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";

export const md5 = (value: string | Uint8Array): string => createHash("md5").update(value).digest("hex");

const lengthPrefixed = (value: Uint8Array): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([length, value]);
};

/** MD5OfMessageAttributes (developer guide, "Calculating the MD5 message digest for message attributes"). */
export function md5OfAttributes(attributes: Record<string, MessageAttributeValue> | undefined): string | undefined {
  const names = Object.keys(attributes ?? {}).toSorted();
  if (!attributes || names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { DataType = "", StringValue, BinaryValue } = attributes[name]!;
    return [
      lengthPrefixed(Buffer.from(name)),
      lengthPrefixed(Buffer.from(DataType)),
      Buffer.from([BinaryValue ? 2 : 1]),
      lengthPrefixed(BinaryValue ?? Buffer.from(StringValue ?? "")),
    ];
  });
  return md5(Buffer.concat(parts));
}
