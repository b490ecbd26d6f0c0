import { extname } from "node:path";
import type { ProvidedFile } from "../provider.ts";

const contentTypes = new Map([
  [".jpg", "image/jpeg"],
  [".jpeg", "image/jpeg"],
  [".png", "image/png"],
  [".gif", "image/gif"],
  [".mp4", "video/mp4"],
  [".pdf", "application/pdf"],
]);

/** What the end of its address says that a file is. */
export const fileSaidToBeAt = (url: string): string =>
  contentTypes.get(extname(url.split(/[?#]/, 1)[0]!).toLowerCase()) ?? "application/octet-stream";

/** @see https://www.twilio.com/docs/messaging/guides/accepted-mime-types#media-size-limits */
const maxTotalBytes = { mms: 5_000_000, whatsApp: 16_000_000 };

/** Twilio's code for why these files can't be sent on; null where they can. */
export function fileProblem(files: (ProvidedFile | undefined)[], onWhatsApp: boolean): number | null {
  const total = files.reduce((sum, file) => sum + (file?.bytes.length ?? 0), 0);
  if (files.includes(undefined)) return onWhatsApp ? 63019 : 11200;
  return total > (onWhatsApp ? maxTotalBytes.whatsApp : maxTotalBytes.mms) ? 11751 : null;
}

/** @throws TypeError where it is none (RFC 2397) */
export async function readDataUrl(url: string): Promise<ProvidedFile> {
  const answer = await fetch(url);
  return {
    contentType: answer.headers.get("content-type") ?? "application/octet-stream",
    bytes: new Uint8Array(await answer.arrayBuffer()),
  };
}
