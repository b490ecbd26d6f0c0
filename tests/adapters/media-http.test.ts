import type { RequestListener } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { at, closeServers, limit, listing, openTo, publicAddress, resolvesTo, serve } from "./media-world.ts";
import { mediaHttp } from "../../shared/adapters/media-http.ts";
import { embeddedHostKey, type EmbeddedHost, type Resolve } from "../../shared/adapters/pinned-request.ts";
import { limits } from "../../shared/core/limits.ts";
import { MediaNotYet, MediaRefused, type MediaHosts } from "../../shared/ports/media.ts";

const host = globalThis as { [embeddedHostKey]?: EmbeddedHost };

afterEach(async () => {
  delete host[embeddedHostKey];
  await closeServers();
});

describe("an answer", () => {
  const fetchFrom = async (listener: RequestListener, changes: Partial<typeof limit> = {}) => {
    const { open } = openTo(await serve(listener));
    return mediaHttp(resolvesTo(publicAddress), open).fetch(at("https://media.example/a"), listing("media.example"), {
      ...limit,
      ...changes,
    });
  };

  it("is the file with its type, and was asked for as it is", async () => {
    const answer = await fetchFrom((request, response) =>
      response.writeHead(200, { "content-type": "image/png" }).end(request.headers["accept-encoding"]),
    );
    expect([Buffer.from(answer.bytes).toString(), answer.contentType]).toEqual(["identity", "image/png"]);
  });

  it("may be as large as was said, and no byte larger", async () => {
    const bytes =
      (size: number): RequestListener =>
      (_, response) =>
        void response.end(Buffer.alloc(size));
    expect((await fetchFrom(bytes(1_000))).bytes).toHaveLength(1_000);
    await expect(fetchFrom(bytes(1_001))).rejects.toThrow("The file has more than 1000 bytes.");
  });

  it("that does not say how large it is is read no further than that", async () => {
    let written = 0;
    const endless: RequestListener = (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(10_000))) written += 10_000;
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    };
    await expect(fetchFrom(endless)).rejects.toThrow(MediaRefused);
    expect(written).toBeLessThan(10_000_000);
  });

  it("that is cut off, late or missing is asked for again", async () => {
    const cut: RequestListener = (_, response) => {
      response.writeHead(200, { "content-length": "500" });
      response.write("half", () => response.destroy());
    };
    await expect(fetchFrom(cut)).rejects.toThrow(MediaNotYet);
    await expect(fetchFrom(() => {}, { timeoutMs: 30 })).rejects.toThrow(/the time was up/);
    await expect(fetchFrom((request) => void request.destroy())).rejects.toThrow(MediaNotYet);
    const unknown: Resolve = async () => {
      throw Object.assign(new Error("getaddrinfo"), { code: "EAI_AGAIN" });
    };
    const fetching = mediaHttp(unknown).fetch(at("https://media.example/"), listing("media.example"), limit);
    await expect(fetching).rejects.toThrow(MediaNotYet);
  });

  it("that comes in pieces for ever ends with the time", async () => {
    const dripping: RequestListener = (_, response) => {
      const timer = setInterval(() => response.write("."), 5);
      response.on("close", () => clearInterval(timer));
    };
    await expect(fetchFrom(dripping, { timeoutMs: 60 })).rejects.toThrow(MediaNotYet);
  });

  // 404: a provider may tell of a file before all of its machines have it (Twilio's support page on intermittent 404s).
  it.each([401, 403, 404, 408, 429, 500, 502, 503, 504])("of %i is asked for again", async (status) => {
    await expect(fetchFrom((_, response) => response.writeHead(status).end())).rejects.toThrow(MediaNotYet);
  });

  it.each([201, 204, 206, 300, 304, 400, 410, 418])("of %i is the end of it", async (status) => {
    await expect(fetchFrom((_, response) => response.writeHead(status).end())).rejects.toThrow(MediaRefused);
  });

  it("that is encoded in spite of what was asked is no file", async () => {
    const packed: RequestListener = (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("x");
    await expect(fetchFrom(packed)).rejects.toThrow("as gzip");
  });

  it("that redirects to nowhere, or round and round, is the end of it", async () => {
    await expect(fetchFrom((_, response) => response.writeHead(302).end())).rejects.toThrow("redirects to no URL");
    let asked = 0;
    const round: RequestListener = (_, response) => {
      asked += 1;
      response.writeHead(302, { location: "/again" }).end();
    };
    await expect(fetchFrom(round)).rejects.toThrow(`more than ${limits.maxMediaRedirects} redirects`);
    expect(asked).toBe(limits.maxMediaRedirects + 1);
  });
});

describe("under the embedded host", () => {
  it("a provider's file comes from its simulation, over a socket of this machine", async () => {
    const seen: unknown[] = [];
    const port = await serve((request, response) => {
      seen.push([request.url, request.headers.authorization]);
      if (request.url === "/api/file?a=1") response.writeHead(302, { location: "https://cdn.example/b" }).end();
      else response.end("picture");
    });
    host[embeddedHostKey] = {
      origins: {
        "https://api.example": `http://127.0.0.1:${port}/api`,
        "https://cdn.example": `http://127.0.0.1:${port}/cdn`,
      },
    };
    const from: MediaHosts = { hosts: ["api.example", "cdn.example"], credentialHosts: ["api.example"] };
    const location = at("https://api.example/file?a=1", { authorization: "Bearer secret" });
    const { bytes } = await mediaHttp().fetch(location, from, limit);
    expect(Buffer.from(bytes).toString()).toBe("picture");
    expect(seen).toEqual([
      ["/api/file?a=1", "Bearer secret"],
      ["/cdn/b", undefined],
    ]);
  });

  it("no other address that is not public is reached, and no host that is not listed", async () => {
    host[embeddedHostKey] = { origins: {} };
    const inward = mediaHttp(resolvesTo("10.0.0.5")).fetch(
      at("https://media.example/"),
      listing("media.example"),
      limit,
    );
    await expect(inward).rejects.toThrow(/no public address/);
    const port = await serve((_request, response) => response.end());
    const unlisted = mediaHttp().fetch(at(`http://127.0.0.1:${port}/`), listing("media.example"), limit);
    await expect(unlisted).rejects.toThrow(/none of the provider's hosts/);
  });
});
