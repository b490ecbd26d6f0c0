import { channel } from "node:diagnostics_channel";
import { createServer as createListener } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hostileAddresses, hostileForms, hostileHosts, inwardResolutions } from "./hostile-urls.ts";
import {
  asAddress,
  at,
  closeServers,
  limit,
  listening,
  listing,
  openTo,
  publicAddress,
  resolvesTo,
  serve,
} from "./media-world.ts";
import { mediaHttp } from "../../shared/adapters/media-http.ts";
import type { Resolve } from "../../shared/adapters/pinned-request.ts";
import { MediaRefused, type MediaHosts } from "../../shared/ports/media.ts";

/** Every socket that this thread opens, whoever opens it. */
let opened = 0;
const count = (): void => void (opened += 1);

beforeAll(() => channel("net.client.socket").subscribe(count));
afterAll(() => channel("net.client.socket").unsubscribe(count));
beforeEach(() => (opened = 0));
afterEach(closeServers);

it("counts the sockets that are opened", async () => {
  const port = await serve((_request, response) => response.end());
  await (await fetch(`http://127.0.0.1:${port}/`)).text();
  expect(opened).toBe(1);
});

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
    const [outcome] = await Promise.allSettled([
      mediaHttp(resolvesTo(publicAddress), open).fetch(location, from, limit),
    ]);
    if (outcome.status === "rejected" && !(outcome.reason instanceof MediaRefused)) throw outcome.reason;
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
