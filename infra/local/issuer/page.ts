import { createHash } from "node:crypto";
import type { SandboxUser } from "./tokens.ts";

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 24rem; padding: 0 1rem; color: #1b1b1f; background: #fff; }
  h1 { font-size: 1.25rem; }
  button { display: flex; justify-content: space-between; gap: 1rem; width: 100%; margin: 0.5rem 0; padding: 0.75rem 1rem;
    font: inherit; color: inherit; background: #f2f2f5; border: 1px solid #80808a; border-radius: 0.5rem; cursor: pointer; }
  button:hover, button:focus-visible { background: #e4e8ff; outline: 2px solid #3448c5; }
  small { color: #5a5a63; }
  @media (prefers-color-scheme: dark) {
    body { color: #ececf1; background: #17171b; }
    button { background: #26262c; }
    button:hover, button:focus-visible { background: #2c3260; outline-color: #9aa6ff; }
    small { color: #a9a9b4; }
  }
`;

/** The form may lead back to pages of this server alone; nothing else is loaded. */
export const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  "referrer-policy": "no-referrer",
};

/** One button a sandbox user; `query` goes back with the choice. */
export const signInPage = (users: SandboxUser[], query: URLSearchParams): string =>
  page(
    "Sign in to the sandbox",
    `<p><small>This machine's own issuer. On AWS, Cognito asks for a password here.</small></p>
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
