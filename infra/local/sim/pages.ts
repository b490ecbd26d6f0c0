import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HttpReply } from "../../../shared/flow/http-reply.ts";

interface PageFile {
  name: string;
  contentType: string;
}

const html = "text/html; charset=utf-8";
const css = "text/css; charset=utf-8";
const script = "text/javascript; charset=utf-8";

/** Below /sim: the simulator, and the shop of somebody else's that it shows in a frame. */
const files: Record<string, PageFile> = {
  "": { name: "sim.html", contentType: html },
  "/": { name: "sim.html", contentType: html },
  "/sim.css": { name: "sim.css", contentType: css },
  "/sim.js": { name: "sim.js", contentType: script },
  "/shop": { name: "shop.html", contentType: html },
  "/shop.css": { name: "shop.css", contentType: css },
  "/shop.js": { name: "shop.js", contentType: script },
};

const common = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'";

const policyOf = ({ name }: PageFile): string =>
  name.startsWith("shop")
    ? `${common}; connect-src 'self'; frame-ancestors 'self'`
    : `${common}; connect-src 'self'; frame-src 'self'; frame-ancestors 'none'`;

export const pageAt = (path: string): PageFile | undefined => files[path];

/** @param directory of the built pages */
export async function readPage(file: PageFile, directory: string): Promise<HttpReply> {
  return {
    status: 200,
    headers: {
      "content-type": file.contentType,
      "content-security-policy": policyOf(file),
      "cache-control": "no-cache",
    },
    body: await readFile(join(directory, file.name), "utf8"),
  };
}
