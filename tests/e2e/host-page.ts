import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A company's own page, of another origin than the router, with the widget's one script tag. */
export interface HostPage {
  url: string;
  stop(): Promise<void>;
}

/** Rules as pages have them, at their worst: none may reach into the widget, nor hide it. */
const hostileStyles = `
  * { color: rgb(255, 0, 0) !important; font: 40px/3 fantasy !important; text-transform: uppercase; letter-spacing: 1em; }
  html { direction: rtl; }
  body > * { display: none !important; position: static !important; opacity: 0.1; transform: scale(0.2); }
  main { display: block !important; transform: none; opacity: 1; height: 3000px; }
  button, textarea, ol, li, section { display: none !important; background: lime !important; }
  switchyard-chat { display: none !important; visibility: hidden; all: unset; }
`;

/**
 * @param options.isHostile with styles that would spoil whatever they reach
 * @param options.hasPictures its policy lets the router's pictures in
 */
export async function hostPage(
  routerUrl: string,
  {
    language = "en",
    isHostile = false,
    hasPictures = true,
  }: { language?: string; isHostile?: boolean; hasPictures?: boolean } = {},
): Promise<HostPage> {
  const server = createServer((_, response) => {
    const { host } = new URL(routerUrl);
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      // As strict as a page can be that has a chat.
      "content-security-policy": `default-src 'none'; script-src http://${host}; connect-src ws://${host}; style-src 'unsafe-inline'; img-src ${hasPictures ? `data: http://${host}` : "data:"}; require-trusted-types-for 'script'; trusted-types 'none'`,
    });
    response.end(`<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>A shop</title>
    <link rel="icon" href="data:," />
    ${isHostile ? `<style>${hostileStyles}</style>` : ""}
    <script src="${routerUrl}/widget.js" data-inbox="web" async></script>
  </head>
  <body><main><h1>A shop</h1><p>Bicycles and more. <a href="#more">More</a></p></main></body>
</html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () => new Promise((resolve) => void server.close(() => resolve()).closeAllConnections()),
  };
}
