import type { CloudUnderTest } from "./harness.ts";

export interface AgentsFile {
  name: string;
  contentType: string;
  bytes: Buffer;
}

/** A picture of one dot. */
export const dot: AgentsFile = {
  name: "Weg ü.png",
  contentType: "image/png",
  bytes: Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  ),
};

export const contract: AgentsFile = {
  name: "Vertrag.pdf",
  contentType: "application/pdf",
  bytes: Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"),
};

/** Brings files as the desk does. @returns the ids by which a reply names them */
export function upload(
  { baseUrl, tokens }: Pick<CloudUnderTest, "baseUrl" | "tokens">,
  user: string,
  ...files: AgentsFile[]
): Promise<string[]> {
  const each = files.map(async ({ name, contentType, bytes }) => {
    const headers = {
      authorization: `Bearer ${tokens[user]}`,
      "content-type": contentType,
      "x-file-name": encodeURIComponent(name),
    };
    const response = await fetch(`${baseUrl}/v1/files`, { method: "POST", headers, body: Uint8Array.from(bytes) });
    if (response.status !== 201) throw new Error(`${name}: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { id: string }).id;
  });
  return Promise.all(each);
}
