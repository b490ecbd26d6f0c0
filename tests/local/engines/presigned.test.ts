import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GatewayWorld, gatewayWorld } from "./gateway.world.ts";

let world: GatewayWorld;
let s3: S3Client;

const Key = "mail/1 ü+(a)/ein Bild.png";
const minuteMs = 60_000;

beforeAll(async () => {
  world = await gatewayWorld();
  s3 = new S3Client(world.configuration());
  await s3.send(new PutObjectCommand({ Bucket: "blobs", Key, Body: "content", ContentType: "text/html" }));
});
afterAll(() => world.close());

const link = (options: object = {}, expiresIn = 300): Promise<string> =>
  getSignedUrl(s3, new GetObjectCommand({ Bucket: "blobs", Key, ...options }), {
    expiresIn,
    signingDate: new Date(world.clock.now()),
  });

const codeOf = async (url: string): Promise<[number, string | undefined]> => {
  const answer = await fetch(url);
  expect(answer.headers.get("content-type")).toBe("application/xml");
  return [answer.status, /<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1]];
};

test("a link opens without credentials, as the download that it names", async () => {
  const ResponseContentDisposition = `attachment; filename="Bild.png"; filename*=UTF-8''Bild%20%C3%BC.png`;
  const answer = await fetch(await link({ ResponseContentDisposition, ResponseContentType: "image/png" }));
  expect([answer.status, await answer.text()]).toEqual([200, "content"]);
  expect(answer.headers.get("content-type")).toBe("image/png");
  expect(answer.headers.get("content-disposition")).toBe(ResponseContentDisposition);
  expect(world.lineOf("s3", "GetObject")).toMatchObject({ caller: "route", units: { s3GetRequests: 1 } });
});

test("it expires by the virtual clock, to the second", async () => {
  const url = await link({}, 60);
  await world.clock.advance(minuteMs);
  expect((await fetch(url)).status).toBe(200);
  await world.clock.advance(1);
  expect(await codeOf(url)).toEqual([403, "AccessDenied"]);
});

test.each<[string, (url: URL) => void]>([
  ["another object", (url) => (url.pathname = url.pathname.replace("Bild", "Brief"))],
  ["another header of the answer", (url) => url.searchParams.set("response-content-type", "text/html")],
  ["a later end", (url) => url.searchParams.set("X-Amz-Expires", "3000")],
  ["another time", (url) => url.searchParams.set("X-Amz-Date", "20260105T090001Z")],
  ["another signature", (url) => url.searchParams.set("X-Amz-Signature", "0".repeat(64))],
  ["half a signature", (url) => url.searchParams.set("X-Amz-Signature", "00")],
])("changed to %s it opens nothing", async (_what, change) => {
  const url = new URL(await link());
  change(url);
  expect(await codeOf(url.href)).toEqual([403, "SignatureDoesNotMatch"]);
});

test("it is good for reading alone", async () => {
  expect((await fetch(await link(), { method: "PUT", body: "other" })).status).toBe(403);
  expect((await fetch(await link(), { method: "DELETE" })).status).toBe(403);
});

test("over a week is refused, and so is a link without a signature", async () => {
  const url = new URL(await link());
  url.searchParams.set("X-Amz-Expires", String(8 * 24 * 60 * 60));
  expect(await codeOf(url.href)).toEqual([400, "AuthorizationQueryParametersError"]);
  url.searchParams.delete("X-Amz-Signature");
  expect(await codeOf(url.href)).toEqual([400, "AuthorizationQueryParametersError"]);
});
