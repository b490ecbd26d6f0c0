import { problemOf } from "./problem.ts";
import type { Uploaded } from "./types.ts";

export interface UploadOptions {
  /** told how much has gone up, from 0 to 1 */
  onShare: (share: number) => void;
  signal: AbortSignal;
}

/**
 * Brings a file up, to be named by a reply. By XMLHttpRequest, since fetch does not tell how far it is.
 *
 * @throws Problem for every answer that is no success, TypeError where no answer came, the signal's reason where it ended
 */
export function uploadFile(token: string, file: File, { onShare, signal }: UploadOptions): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/v1/files");
    request.responseType = "json";
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    request.setRequestHeader("x-file-name", encodeURIComponent(file.name.toWellFormed()));
    request.upload.addEventListener("progress", ({ loaded, total }) => onShare(total > 0 ? loaded / total : 0));
    request.addEventListener("load", () => {
      if (request.status === 201) resolve(request.response as Uploaded);
      else reject(problemOf(request.status, request.response));
    });
    request.addEventListener("error", () => reject(new TypeError("no answer came")));
    request.addEventListener("abort", () => reject(signal.reason as Error));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
