import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { run, type Pages } from "./run.ts";
import { resultOf } from "../wiring.ts";

const contentTypes: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
};

const folder = join(import.meta.dirname, "web");
const assets = new Map(
  readdirSync(folder).map((name) => {
    const contentType = contentTypes[extname(name)] ?? "application/octet-stream";
    return [name, { contentType, body: readFileSync(join(folder, name), "utf8") }];
  }),
);
const { AUTHORIZE_URL = "", TOKEN_URL = "", LOGOUT_URL = "", CLIENT_ID = "", SOCKET_URL = "" } = process.env;
const settings = { authorizeUrl: AUTHORIZE_URL, tokenUrl: TOKEN_URL, logoutUrl: LOGOUT_URL, clientId: CLIENT_ID };
const pages: Pages = { assets, settings, socketUrl: SOCKET_URL };

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(async (event) =>
  resultOf(run(event.rawPath, pages)),
);
