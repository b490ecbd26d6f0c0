const shifted = /\+([A-Za-z0-9+/]*)-?/g;

/**
 * UTF-7 (RFC 2152), which no decoder of the platform reads (the Encoding Standard leaves it out). For text that was taken
 * for ASCII.
 */
export function decodeUtf7(text: string): string {
  return text.replaceAll(shifted, (_, encoded: string) => {
    if (encoded === "") return "+";
    const bytes = Buffer.from(encoded, "base64");
    let decoded = "";
    for (let at = 0; at + 1 < bytes.length; at += 2) decoded += String.fromCharCode(bytes.readUInt16BE(at));
    return decoded;
  });
}
