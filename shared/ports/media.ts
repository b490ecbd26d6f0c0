/** Where a file of a customer's lies at its provider, and who may see our credentials on the way there. */
export interface MediaLocation {
  url: string;
  /** sent to `credentialHosts` alone, whatever redirects follow */
  headers: Record<string, string>;
}

/** The provider's machines, each as a host name, or as `*.` and the name that they end with. */
export interface MediaHosts {
  /** nothing is fetched from any other, redirects included */
  hosts: readonly string[];
  /** of these, those that are given the headers */
  credentialHosts: readonly string[];
}

export interface FetchedMedia {
  bytes: Uint8Array;
  /** as the answer says; its content decides */
  contentType: string | undefined;
}

/** It can't be had, now or ever: refused address, a status that won't change, too large. The message is for a person. */
export class MediaRefused extends Error {
  override name = "MediaRefused";
}

/** It could not be had this time: no answer, a 5xx or 429, not there yet (404), or credentials that a person may renew (401, 403). */
export class MediaNotYet extends Error {
  override name = "MediaNotYet";
}

/** Files that others have sent: only from hosts on the list, over TLS, at addresses that are public. */
export interface MediaHttp {
  /** @throws MediaRefused | MediaNotYet */
  fetch(
    location: MediaLocation,
    from: MediaHosts,
    limit: { maxBytes: number; timeoutMs: number },
  ): Promise<FetchedMedia>;
}
