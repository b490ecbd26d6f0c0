/*
 * API Gateway limits single frames, which the ws package does not show. This reads the frame headers of a client's bytes
 * (RFC 6455, section 5.2) beside it.
 */

/** WebSocket frame size (API Gateway quotas for WebSocket APIs). */
export const maxFrameBytes = 32 * 1024;

/** Message payload size (same page). */
export const maxMessageBytes = 128 * 1024;

const maskBytes = 4;

/** Watches a stream of frames for one that is too large. */
export class FrameWatch {
  #header = Buffer.alloc(0);
  #skip = 0;

  /** @returns the payload size of the first frame over the limit in these bytes, if there is one */
  oversize(chunk: Buffer): number | undefined {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, rest.length);
        this.#skip -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      this.#header = Buffer.concat([this.#header, rest.subarray(0, 1)]);
      rest = rest.subarray(1);
      const payload = payloadBytes(this.#header);
      if (payload === undefined) continue;
      const masked = (this.#header[1]! & 0x80) !== 0;
      this.#header = Buffer.alloc(0);
      this.#skip = payload + (masked ? maskBytes : 0);
      if (payload > maxFrameBytes) return payload;
    }
    return undefined;
  }
}

/** @returns undefined while the header is not complete */
function payloadBytes(header: Buffer): number | undefined {
  if (header.length < 2) return undefined;
  const short = header[1]! & 0x7f;
  if (short === 126) return header.length < 4 ? undefined : header.readUInt16BE(2);
  if (short === 127) return header.length < 10 ? undefined : Number(header.readBigUInt64BE(2));
  return short;
}
