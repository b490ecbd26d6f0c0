import { describe, expect, it } from "vitest";
import { sourcesUnder, withoutComments, type SourceFile } from "./sources.ts";

const sources = sourcesUnder("shared", "functions", "infra", "web");

/**
 * Imports point inward only: infra → functions → flow → channels, tools → ports → core. Stores and adapters fill ports;
 * nobody but the wiring knows them. What the API looks like (shared/api) is known to whoever offers, documents or calls it.
 * Pages are a world of their own and know the API's shapes by type.
 */
const mayImport: Record<string, string[]> = {
  "shared/core": ["shared/core"],
  "shared/ports": ["shared/core", "shared/ports"],
  "shared/channels": ["shared/core", "shared/ports", "shared/channels"],
  "shared/tools": ["shared/core", "shared/ports", "shared/tools"],
  "shared/stores": ["shared/core", "shared/ports", "shared/stores"],
  "shared/adapters": ["shared/core", "shared/ports", "shared/stores", "shared/adapters"],
  "shared/flow": ["shared/core", "shared/ports", "shared/channels", "shared/tools", "shared/flow"],
  "shared/api": ["shared/core", "shared/api"],
  "shared/client": ["shared/core", "shared/api", "shared/client"],
  functions: [
    "shared/api",
    "shared/core",
    "shared/ports",
    "shared/channels",
    "shared/tools",
    "shared/flow",
    "functions",
  ],
  infra: ["shared/", "functions", "infra", "web"],
  web: ["web"],
};

const layerOf = (path: string): string => {
  const [first = "", second = ""] = path.split("/");
  const layer = first === "shared" ? `shared/${second}` : first;
  if (!(layer in mayImport)) throw new Error(`${path} is in no layer: add ${layer} to the table, or move the file.`);
  return layer;
};

const isWiring = (path: string): boolean => /^functions\/(wiring|[a-z]+\/lambda)\.ts$/.test(path);

const inFolder = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);

function allowed(file: SourceFile, target: string, typeOnly: boolean): boolean {
  const layer = layerOf(file.path);
  if (mayImport[layer]!.some((folder) => inFolder(target, folder))) return true;
  if (isWiring(file.path)) return inFolder(target, "shared/adapters");
  const toldToPages = ["functions/api", "shared/api", "shared/channels/web"];
  return layer === "web" && typeOnly && toldToPages.some((folder) => inFolder(target, folder));
}

const each = (folder: string): SourceFile[] => sources.filter(({ path }) => inFolder(path, folder));

describe("imports", () => {
  it("point inward only", () => {
    const outward = sources.flatMap((file) =>
      file.imports
        .filter(({ inProject, target, typeOnly }) => inProject && !allowed(file, target, typeOnly))
        .map(({ target }) => `${file.path} imports ${target}`),
    );
    expect(outward).toEqual([]);
  });

  it("form no circle", () => {
    expect(circlesAmong(sources)).toEqual([]);
  });

  it("never lead from one channel, store or function into another", () => {
    const sideways: string[] = [];
    for (const [kind, shared] of [
      ["shared/channels", /^shared\/channels\/([^/]+\.ts$|(twilio|meta|messenger-platform)\/)/],
      ["shared/stores", /^shared\/stores\/[^/]+\.ts$/],
      ["functions", /^functions\/[^/]+\.ts$/],
    ] as const) {
      for (const { path, imports } of each(kind)) {
        const own = path
          .split("/")
          .slice(0, kind.split("/").length + 1)
          .join("/");
        if (own.endsWith(".ts")) continue;
        const others = imports.filter(
          ({ target }) => inFolder(target, kind) && !inFolder(target, own) && !shared.test(target),
        );
        sideways.push(...others.map(({ target }) => `${path} imports ${target}`));
      }
    }
    expect(sideways).toEqual([]);
  });

  it("keep core pure: no Node, no AWS, and of packages only those that compute", () => {
    const pure = ["@noble/hashes/hmac.js", "@noble/hashes/sha2.js", "re2js", "zod/mini"];
    const impure = [...each("shared/core"), ...each("shared/ports")].flatMap(({ path, imports }) =>
      imports
        .filter(({ inProject, target }) => !inProject && !pure.includes(target))
        .map(({ target }) => `${path}: ${target}`),
    );
    expect(impure).toEqual([]);
  });

  it("leave Node and AWS to stores, adapters and the wiring", () => {
    const outside = [...each("shared/flow"), ...each("shared/channels"), ...each("functions")]
      .filter(({ path }) => !isWiring(path))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ target }) => /^(node:|@aws-sdk\/|@smithy\/)/.test(target))
          .map(({ target }) => `${path}: ${target}`),
      );
    expect(outside).toEqual([]);
  });
});

describe("vendor words", () => {
  it("stop at the channel's folder", () => {
    const inward = sources.filter(({ path }) =>
      /^(shared\/(core|ports|flow|stores|adapters|tools)|functions)\//.test(path),
    );
    const named = inward.filter(({ text }) => /twilio/i.test(withoutComments(text))).map(({ path }) => path);
    expect(named).toEqual([]);
  });

  it("are not asked for: what a channel can do is data", () => {
    const asking = [...each("shared/core"), ...each("shared/flow"), ...each("functions")]
      .filter(({ text }) => /channel(\.name)?\s*[!=]==?\s*["']|["']sms["']/.test(withoutComments(text)))
      .map(({ path }) => path);
    expect(asking).toEqual([]);
  });
});

/** Each circle once, as the path that closes it. Types are gone when the code runs, so they may refer to each other. */
function circlesAmong(files: SourceFile[]): string[] {
  const targets = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter(({ inProject, typeOnly }) => inProject && !typeOnly).map(({ target }) => target),
    ]),
  );
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
    if (done.has(path) || trail.includes(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return circles;
}
