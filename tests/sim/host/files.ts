import type { FetchFile, ProviderAnswer, SimulatedProvider } from "../../../infra/local/providers/provider.ts";
import { MediaNotYet, MediaRefused, type MediaHttp } from "../../../shared/ports/media.ts";
import type { Faults } from "./faults.ts";
import type { Timeline } from "./timeline.ts";

export interface FilesContext {
  timeline: Timeline;
  faults: Faults;
  /** that stands in for an origin */
  providerAt(origin: string): SimulatedProvider;
}

const maxRedirects = 5;

/** Files at their providers, which may be slow to hand them out, or have lost them. */
export function faultyMediaHttp({ timeline, faults, providerAt }: FilesContext): MediaHttp {
  return {
    async fetch({ url, headers }, { hosts, credentialHosts }, { timeoutMs }) {
      if (faults.happens("mediaGone")) throw new MediaRefused("the provider answered 410: the file is not there.");
      if (faults.happens("mediaFails")) throw new MediaNotYet("the provider answered 503.");
      if (faults.happens("mediaSlow")) return lost(timeoutMs, timeline);
      for (let [at, followed] = [url, 0]; followed <= maxRedirects; followed += 1) {
        const { hostname, origin } = new URL(at);
        if (!hosts.includes(hostname)) throw new MediaRefused(`${hostname} is none of the provider's hosts.`);
        const shown = credentialHosts.includes(hostname) ? headers : {};
        const answer = await providerAt(origin).handle({ method: "GET", url: at, headers: shown });
        const next = answer.headers["location"];
        if (next === undefined) return fileIn(answer);
        at = next;
      }
      throw new MediaRefused("too many redirects.");
    },
  };
}

function fileIn(answer: ProviderAnswer): { bytes: Uint8Array; contentType: string | undefined } {
  const { status, headers } = answer;
  if (status >= 500 || [401, 403, 404, 429].includes(status)) throw new MediaNotYet(`the provider answered ${status}.`);
  if (status !== 200 || !("bytes" in answer)) throw new MediaRefused(`the provider answered ${status}.`);
  return { bytes: answer.bytes, contentType: headers["content-type"] };
}

function lost(timeoutMs: number, timeline: Timeline): Promise<never> {
  return new Promise((_, reject) => {
    timeline.after(timeoutMs, () => reject(new MediaNotYet("the time was up.")));
  });
}

/** How a provider fetches a file of ours by its link, from the function that hands them out. */
export const fetchBy =
  (
    handOut: (
      path: string,
    ) => Promise<{ status: number; headers: Record<string, string>; bytes?: Uint8Array | undefined }>,
  ): FetchFile =>
  async (url) => {
    const { status, headers, bytes } = await handOut(new URL(url).pathname);
    if (status !== 200 || !bytes) return undefined;
    return { contentType: headers["content-type"] ?? "application/octet-stream", bytes };
  };
