import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Pages, run } from "../../functions/pages/run.ts";
import { bundlePage } from "../../infra/pages/bundle.ts";

const settings = {
  authorizeUrl: "https://sign-in.example.com/oauth2/authorize",
  tokenUrl: "https://sign-in.example.com/oauth2/token",
  logoutUrl: "https://sign-in.example.com/logout",
  clientId: "desk",
};
const pages: Pages = {
  assets: new Map([["desk.html", { contentType: "text/html", body: "<!doctype html>" }]]),
  settings,
  socketUrl: "wss://socket.example.com/live",
  chatUrl: "wss://chat.example.com/chat",
};

describe("the pages function", () => {
  it.each(["/desk", "/desk/", "/desk/desk.html"])("serves the desk at %s", (path) => {
    const { status, headers, body } = run(path, pages);
    expect({ status, body }).toEqual({ status: 200, body: "<!doctype html>" });
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  });

  it("lets the desk reach its own origin, the token endpoint and the socket, and run nothing but its files", () => {
    const policy = run("/desk", pages).headers["content-security-policy"]!.split("; ");
    expect(policy).toContain("connect-src 'self' https://sign-in.example.com wss://socket.example.com");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy.join()).not.toMatch(/unsafe|\*/);
  });

  it("tells what a desk must know before sign-in", () => {
    expect(JSON.parse(run("/desk/settings.json", pages).body)).toEqual(settings);
  });

  it.each(["/desk/nothing.js", "/desk/../index.cjs", "/desk/desk.html/x"])("has nothing at %s", (path) => {
    expect(run(path, pages).status).toBe(404);
  });
});

describe("the pages' files", () => {
  const maximumScriptBytes = 48 * 1024;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "switchyard-pages-"));
    await Promise.all([bundlePage("desk", "main.tsx", folder), bundlePage("sim", "main.tsx", folder)]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it(`are small: no script has more than ${maximumScriptBytes / 1024} KB`, async () => {
    const names = (await readdir(folder)).toSorted();
    expect(names).toEqual(["desk.css", "desk.html", "desk.js", "sim.css", "sim.html", "sim.js"]);
    for (const name of names) {
      const content = await readFile(join(folder, name));
      console.log(`${name} ${content.length} bytes, ${gzipSync(content).length} compressed`);
      expect(content.length).toBeLessThan(maximumScriptBytes);
    }
  });
});
