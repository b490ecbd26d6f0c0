import { createHash } from "node:crypto";
import type { SandboxUser } from "./tokens.ts";

const style = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, "Segoe UI", sans-serif; }
  body { margin: 10vh auto 2rem; max-width: 24rem; padding: 0 1rem; color: light-dark(#17202b, #e9eef4);
    background: light-dark(#f3f5f8, #0f141b); }
  h1 { margin: 0; font-size: 1.25rem; }
  p, small { color: light-dark(#526072, #a9b6c6); }
  button { display: flex; justify-content: space-between; align-items: center; gap: 1rem; width: 100%; min-height: 3rem;
    margin: 0.5rem 0; padding: 0.5rem 1rem; font: inherit; font-weight: 600; color: inherit;
    background: light-dark(#ffffff, #181f29); border: 1px solid light-dark(#7c8797, #7b8a9c); border-radius: 0.5rem;
    cursor: pointer; }
  button:hover { background: light-dark(#e1ecfb, #1f3654); }
  button:focus-visible { outline: 3px solid light-dark(#1454b0, #8bb9ff); outline-offset: 2px; }
  small { font-weight: 400; }
`;

/**
 * The form may lead back to pages of this server alone; nothing else is loaded. With the policy "no-referrer" a browser
 * would name the form's origin "null" (Fetch standard, "append a request Origin header"), which the server refuses.
 */
export const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": `default-src 'none'; img-src data:; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  "referrer-policy": "same-origin",
};

/** One button a sandbox user; `query` goes back with the choice. */
export const signInPage = (users: SandboxUser[], query: URLSearchParams): string =>
  page(
    "Sign in to the sandbox",
    `<p>Choose who you are. This page is this machine's own; on AWS, Cognito asks for a password in its place.</p>
<form method="post" action="authorize?${escaped(query.toString())}">
${users
  .map(
    ({ username, groups }) =>
      `<button name="username" value="${escaped(username)}"><span>${escaped(username)}</span> <small>${escaped(groups.join(", "))}</small></button>`,
  )
  .join("\n")}
</form>`,
  );

export const errorPage = (problem: string): string => page("This sign-in can't go on", `<p>${escaped(problem)}</p>`);

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character]!);
