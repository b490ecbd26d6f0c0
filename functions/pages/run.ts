import { problem, type HttpReply } from "../../shared/flow/http-reply.ts";

/** A file of a page as it lies beside the bundle. */
export interface Asset {
  contentType: string;
  body: string;
}

const contentTypes: Record<string, string> = {
  html: "text/html",
  js: "text/javascript",
  css: "text/css",
  json: "application/json",
};

export const assetOf = (name: string, body: string): Asset => ({
  contentType: contentTypes[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream",
  body,
});

/** What a desk must know before anybody has signed in; nothing of it is secret. */
export interface DeskSettings {
  authorizeUrl: string;
  tokenUrl: string;
  logoutUrl: string;
  clientId: string;
}

export interface Pages {
  /** by name, e.g. `desk.html` */
  assets: Map<string, Asset>;
  settings: DeskSettings;
  /** where the desk's socket is, wss: */
  socketUrl: string;
  /** where customers' chats are, wss:; empty where no inbox takes any */
  chatUrl: string;
  /** where links to customers' files lead, https: */
  bucketOrigin: string;
}

/** Stands in the widget's script for where its chat is, which only the deployment knows. */
export const chatUrlPlaceholder = "https://chat-url.invalid/";

/** Pages and files that have an address of their own; the others lie under /desk/ and /docs/. */
const entries: Record<string, string> = {
  "/desk": "desk.html",
  "/desk/": "desk.html",
  "/docs": "docs.html",
  "/docs/": "docs.html",
  "/openapi.json": "openapi.json",
};

/** Serves the desk on the API's own origin: no cookies, no CORS, nothing from elsewhere. */
export function run(path: string, pages: Pages): HttpReply {
  if (path === "/desk/settings.json")
    return reply({ contentType: "application/json", body: JSON.stringify(pages.settings) }, deskPolicy(pages));
  if (path === "/widget.js") return widget(pages);
  const name = entries[path] ?? path.replace(/^\/(desk|docs)\//, "");
  const asset = pages.assets.get(name);
  if (!asset) return problem(404, `There is no page at ${path}.`);
  return reply(asset, name === "mail.html" ? mailPolicy : deskPolicy(pages));
}

/** The one file that pages of other origins load. */
function widget({ assets, chatUrl }: Pages): HttpReply {
  const asset = assets.get("widget.js");
  if (!asset || chatUrl === "")
    return problem(404, "There is no chat here: router.yaml names no inbox of the web channel.");
  return {
    status: 200,
    headers: {
      "content-type": `${asset.contentType}; charset=utf-8`,
      "cache-control": "public, max-age=300",
      "cross-origin-resource-policy": "cross-origin",
      "x-content-type-options": "nosniff",
    },
    body: asset.body.replaceAll(chatUrlPlaceholder, chatUrl),
  };
}

function reply({ contentType, body }: Asset, policy: string): HttpReply {
  return {
    status: 200,
    headers: { "content-type": `${contentType}; charset=utf-8`, ...securityHeaders(policy) },
    body,
  };
}

/**
 * Content Security Policy Level 3: scripts and styles are files of this origin; the socket and the token endpoint are
 * the only other places, and the bucket for pictures, sound and films. `blob:` is what an agent has chosen to send, before
 * it is anywhere else. Trusted types forbid what would read a text as markup.
 */
function deskPolicy({ settings, socketUrl, bucketOrigin }: Pages): string {
  const connect = ["'self'", ...[settings.tokenUrl, socketUrl].filter(Boolean).map(originOf)].join(" ");
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: blob: ${bucketOrigin}`,
    `media-src ${bucketOrigin}`,
    "frame-src 'self'",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

/** Of the page that frames customers' HTML: without an origin, reaching nothing, and styles may stand in the markup. */
const mailPolicy = [
  "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox",
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src data:",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join("; ");

function securityHeaders(policy: string): Record<string, string> {
  return {
    "content-security-policy": policy,
    "cache-control": "no-cache",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}

const originOf = (url: string): string => new URL(url).origin;
