import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { assetOf, run, type Pages } from "./run.ts";
import { resultOf } from "../wiring.ts";

const folder = join(import.meta.dirname, "web");
const { AUTHORIZE_URL, TOKEN_URL, LOGOUT_URL, CLIENT_ID, SOCKET_URL, CHAT_URL } = process.env;
// The SDK, which makes the links, goes by the same variable.
const { BUCKET_DOMAIN, AWS_ENDPOINT_URL } = process.env;
const pages: Pages = {
  assets: new Map(readdirSync(folder).map((name) => [name, assetOf(name, readFileSync(join(folder, name), "utf8"))])),
  settings: {
    authorizeUrl: AUTHORIZE_URL ?? "",
    tokenUrl: TOKEN_URL ?? "",
    logoutUrl: LOGOUT_URL ?? "",
    clientId: CLIENT_ID ?? "",
  },
  socketUrl: SOCKET_URL ?? "",
  chatUrl: CHAT_URL ?? "",
  bucketOrigin: new URL(AWS_ENDPOINT_URL ?? `https://${BUCKET_DOMAIN}`).origin,
};

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(async (event) =>
  resultOf(run(event.rawPath, pages)),
);
