import { channel } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer, get, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createListener, type AddressInfo, type Server } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hostileAddresses, hostileForms, hostileHosts, inwardResolutions } from "./hostile-urls.ts";
import { mediaHttp, type Open } from "../../shared/adapters/media-http.ts";
import { embeddedHostKey, type EmbeddedHost, type Resolve } from "../../shared/adapters/pinned-request.ts";
import { limits } from "../../shared/core/limits.ts";
import { MediaNotYet, MediaRefused, type MediaHosts, type MediaLocation } from "../../shared/ports/media.ts";

const host = globalThis as { [embeddedHostKey]?: EmbeddedHost };
const limit = { maxBytes: 1_000, timeoutMs: 5_000 };
const publicAddress = "93.184.215.14";
const closing: Server[] = [];

/** Every socket that this thread opens, whoever opens it. */
let opened = 0;
const count = (): void => void (opened += 1);

beforeAll(() => channel("net.client.socket").subscribe(count));
afterAll(() => channel("net.client.socket").unsubscribe(count));
beforeEach(() => (opened = 0));
afterEach(async () => {
  delete host[embeddedHostKey];
  for (const server of closing.splice(0)) {
    const closed = once(server, "close");
    server.close();
    if ("closeAllConnections" in server) (server as ReturnType<typeof createServer>).closeAllConnections();
    await closed;
  }
});

async function listening<Kind extends Server>(server: Kind, address = "127.0.0.1"): Promise<number> {
  server.listen(0, address);
  await once(server, "listening");
  closing.push(server);
  return (server.address() as AddressInfo).port;
}

const serve = (listener: RequestListener): Promise<number> => listening(createServer(listener));

const asAddress = (address: string) => ({ address, family: address.includes(":") ? 6 : 4 });

const resolvesTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map(asAddress);

const at = (url: string, headers: Record<string, string> = {}): MediaLocation => ({ url, headers });

const listing = (...hosts: string[]): MediaHosts => ({ hosts, credentialHosts: hosts });

interface Hop {
  host: string;
  addresses: string[];
  authorization: string | undefined;
}

/** Names every hop, and has those to a public address answered by a server on this machine. */
function openTo(port: number): { open: Open; hops: Hop[] } {
  const hops: Hop[] = [];
  const open: Open = async ({ url, addresses }, headers, signal) => {
    hops.push({
      host: url.host,
      addresses: addresses.map(({ address }) => address),
      authorization: headers["authorization"],
    });
    const outgoing = get({ port, path: `${url.pathname}${url.search}`, headers, signal, agent: false });
    const [response] = (await once(outgoing, "response")) as [IncomingMessage];
    return response;
  };
  return { open, hops };
}

describe("a file of somebody else's", () => {
  it("is tried for in more than 200 ways that lead inward", () => {
    expect(new Set(hostileAddresses.map(([, url]) => url)).size).toBeGreaterThan(200);
  });

  it("is fetched from no address that is not public, however it is written, though its host be on the list", async () => {
    const listeners = await Promise.all([listening(createListener()), listening(createListener(), "::1")]);
    for (const [how, url] of [...hostileAddresses, ...hostileForms]) {
      for (const port of ["", ...listeners.map((each) => `:${each}`)]) {
        const tried = url.replace(/(?<=https:\/\/[^/]*)(?=\/file)/, port);
        const own = URL.parse(tried)?.hostname ?? tried;
        const fetching = mediaHttp(resolvesTo(publicAddress)).fetch(at(tried), listing(own), limit);
        await expect(fetching, `${how}: ${tried}`).rejects.toThrow(MediaRefused);
      }
    }
    expect(opened).toBe(0);
  });

  it("is fetched from no host that is not on the list", async () => {
    const from = listing("media.example", "*.cdn.example");
    for (const url of hostileHosts) {
      const fetching = mediaHttp(resolvesTo(publicAddress)).fetch(at(url), from, limit);
      await expect(fetching, url).rejects.toThrow(MediaRefused);
    }
    const literal = mediaHttp().fetch(at("https://[::1]/"), listing("*.cdn.example", "*.1]", "*.0.0.1"), limit);
    await expect(literal).rejects.toThrow(MediaRefused);
    expect(opened).toBe(0);
  });

  it("is fetched from no listed name that leads inward, even by one of its addresses", async () => {
    for (const addresses of inwardResolutions) {
      const fetching = mediaHttp(resolvesTo(...addresses)).fetch(
        at("https://media.example/file"),
        listing("media.example"),
        limit,
      );
      await expect(fetching, addresses.join()).rejects.toThrow(/no public address/);
    }
    const local = mediaHttp().fetch(at("https://localhost/file"), listing("localhost"), limit);
    await expect(local).rejects.toThrow(MediaRefused);
    expect(opened).toBe(0);
  });

  it("is not followed to any of them either", async () => {
    let target = "";
    const port = await serve((_request, response) => response.writeHead(302, { location: target }).end());
    const rows = [...hostileAddresses, ...hostileForms].filter(([, url]) => URL.canParse(url));
    for (const [how, url] of rows) {
      const { open, hops } = openTo(port);
      target = new URL(url).href;
      const from = listing("media.example", new URL(url).hostname);
      const fetching = mediaHttp(resolvesTo(publicAddress), open).fetch(at("https://media.example/a"), from, limit);
      await expect(fetching, `${how}: ${url}`).rejects.toThrow(MediaRefused);
      expect(hops, how).toEqual([{ host: "media.example", addresses: [publicAddress], authorization: undefined }]);
    }
    for (const url of hostileHosts) {
      const { open, hops } = openTo(port);
      target = new URL(url).href;
      const from = listing("media.example", "*.cdn.example");
      const fetching = mediaHttp(resolvesTo(publicAddress), open).fetch(at("https://media.example/a"), from, limit);
      await expect(fetching, url).rejects.toThrow(MediaRefused);
      expect(hops, url).toHaveLength(1);
    }
    expect(opened).toBe(rows.length + hostileHosts.length);
  });

  it("is not followed to a listed name that leads inward", async () => {
    const port = await serve((_request, response) =>
      response.writeHead(302, { location: "https://a.cdn.example/file" }).end(),
    );
    for (const addresses of inwardResolutions) {
      const { open, hops } = openTo(port);
      const resolve: Resolve = async (name) => (name === "media.example" ? [publicAddress] : addresses).map(asAddress);
      const from = listing("media.example", "*.cdn.example");
      const fetching = mediaHttp(resolve, open).fetch(at("https://media.example/a"), from, limit);
      await expect(fetching, addresses.join()).rejects.toThrow(/no public address/);
      expect(hops).toHaveLength(1);
    }
  });

  it("is fetched from the address that was checked, whatever the name says a moment later", async () => {
    const port = await serve((_request, response) => response.end("picture"));
    const asked: string[] = [];
    const rebinding: Resolve = async (name) => {
      asked.push(name);
      return [asAddress(asked.length === 1 ? publicAddress : "10.0.0.5")];
    };
    const { open, hops } = openTo(port);
    await mediaHttp(rebinding, open).fetch(at("https://media.example/a"), listing("media.example"), limit);
    expect(hops.map(({ addresses }) => addresses)).toEqual([[publicAddress]]);
    expect(asked).toEqual(["media.example"]);
  });
});

describe("credentials", () => {
  const from: MediaHosts = {
    hosts: ["api.example", "*.cdn.example", "media.example"],
    credentialHosts: ["api.example", "*.safe.cdn.example"],
  };

  /** @param chain where each host redirects to; the last one answers */
  async function seenAlong(...chain: string[]): Promise<[string, boolean][]> {
    let position = 0;
    const port = await serve((_request, response) => {
      position += 1;
      const next = chain[position];
      if (next) response.writeHead(307, { location: next }).end();
      else response.end("picture");
    });
    const { open, hops } = openTo(port);
    const location = at(chain[0]!, { authorization: "Bearer secret" });
    await mediaHttp(resolvesTo(publicAddress), open)
      .fetch(location, from, limit)
      .catch((error: unknown) => expect(error).toBeInstanceOf(MediaRefused));
    return hops.map(({ host: name, authorization }) => [name, authorization === "Bearer secret"]);
  }

  it.each<[string, string[], [string, boolean][]]>([
    ["go to their host", ["https://api.example/1"], [["api.example", true]]],
    ["go there however it is written", ["https://API.example:443/1"], [["api.example", true]]],
    ["go to no other", ["https://media.example/1"], [["media.example", false]]],
    [
      "stay behind on the way to another",
      ["https://api.example/1", "https://a.cdn.example/2"],
      [
        ["api.example", true],
        ["a.cdn.example", false],
      ],
    ],
    [
      "come along to a host that is named for them",
      ["https://media.example/1", "https://x.safe.cdn.example/2", "https://b.cdn.example/3", "https://api.example/4"],
      [
        ["media.example", false],
        ["x.safe.cdn.example", true],
        ["b.cdn.example", false],
        ["api.example", true],
      ],
    ],
    [
      "reach nobody by a host that only looks like theirs",
      ["https://api.example/1", "https://api.example.evil.example/2"],
      [["api.example", true]],
    ],
    [
      "reach nobody as a user's name",
      ["https://api.example/1", "https://api.example@media.example/"],
      [["api.example", true]],
    ],
    ["reach nobody over plain text", ["https://api.example/1", "http://api.example/2"], [["api.example", true]]],
    [
      "follow a relative address",
      ["https://api.example/1", "/2"],
      [
        ["api.example", true],
        ["api.example", true],
      ],
    ],
  ])("%s", async (_, chain, expected) => {
    expect(await seenAlong(...chain)).toEqual(expected);
  });

  it("are shown to no address that is not public", async () => {
    for (const [how, url] of hostileAddresses) {
      const own = URL.parse(url)?.hostname ?? url;
      const location = at(url, { authorization: "Bearer secret" });
      await expect(mediaHttp().fetch(location, listing(own), limit), how).rejects.toThrow(MediaRefused);
    }
    expect(opened).toBe(0);
  });
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

  it.each([401, 403, 408, 429, 500, 502, 503, 504])("of %i is asked for again", async (status) => {
    await expect(fetchFrom((_, response) => response.writeHead(status).end())).rejects.toThrow(MediaNotYet);
  });

  it.each([201, 204, 206, 300, 304, 400, 404, 410, 418])("of %i is the end of it", async (status) => {
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
    expect(opened).toBe(2);
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
    expect(opened).toBe(0);
  });
});
