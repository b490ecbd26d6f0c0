import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Pages, run } from "../../functions/pages/run.ts";
import { bundlePage } from "../../infra/pages/bundle.ts";
import { letterOf, letterPolicy } from "../../web/mail/letter.ts";

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
  bucketOrigin: "https://files.s3.eu-central-1.amazonaws.com",
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

  it("lets the desk show customers' files from the bucket, and what was chosen to be sent", () => {
    const policy = run("/desk", pages).headers["content-security-policy"]!.split("; ");
    expect(policy).toContain(`img-src 'self' data: blob: ${pages.bucketOrigin}`);
    expect(policy).toContain(`media-src ${pages.bucketOrigin}`);
  });

  it("tells what a desk must know before sign-in", () => {
    expect(JSON.parse(run("/desk/settings.json", pages).body)).toEqual(settings);
  });

  it.each(["/desk/nothing.js", "/desk/../index.cjs", "/desk/desk.html/x"])("has nothing at %s", (path) => {
    expect(run(path, pages).status).toBe(404);
  });
});

describe("the page that frames customers' mail", () => {
  const mail = { contentType: "text/html", body: "<!doctype html>" };
  const policy = run("/desk/mail.html", { ...pages, assets: new Map([["mail.html", mail]]) }).headers[
    "content-security-policy"
  ]!.split("; ");

  it("has no origin, is framed by the desk alone, and reaches nothing", () => {
    expect(policy[0]).toBe("sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy.filter((directive) => directive.startsWith("connect-src"))).toEqual([]);
    expect(policy.join()).not.toContain("allow-same-origin");
  });

  it("forbids everything but styles to a mail before the mail's first byte", () => {
    const letter = letterOf("<script>1</script>");
    expect(letter.indexOf(letterPolicy)).toBeLessThan(letter.indexOf("<script>"));
    expect(letterPolicy).toBe("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  });
});

/** All of a page's files that anybody loads, together, as they go over the line. */
const maximumCompressedBytes: Record<string, number> = { desk: 56 * 1024, mail: 2 * 1024, sim: 24 * 1024 };

describe("the pages' files", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "switchyard-pages-"));
    await Promise.all([
      bundlePage("desk", "main.tsx", folder),
      bundlePage("mail", "main.ts", folder),
      bundlePage("sim", "main.tsx", folder),
    ]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const compressedBytes = async (names: string[]): Promise<number> => {
    const sizes = await Promise.all(names.map(async (name) => gzipSync(await readFile(join(folder, name))).length));
    console.log(names.map((name, position) => `${name} ${sizes[position]} bytes compressed`).join(", "));
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  const filesOf = (page: string): string[] => ["html", "css", "js"].map((extension) => `${page}.${extension}`);

  it.each(Object.entries(maximumCompressedBytes))(
    "are small: %s has at most %i bytes, compressed",
    async (page, most) => expect(await compressedBytes(filesOf(page))).toBeLessThan(most),
  );

  it.each(["de", "zh"])(
    "are small for an agent who reads the desk in %s, whose words come by themselves",
    async (language) => {
      const chunks = (await readdir(folder)).filter((name) => /-[A-Z0-9]{8}\.js$/.test(name));
      const own = chunks.filter((name) => name.startsWith(`${language}-`));
      expect(own).toHaveLength(2);
      expect(await compressedBytes([...filesOf("desk"), ...own])).toBeLessThan(maximumCompressedBytes["desk"]!);
    },
  );
});
