import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type GatewayWorld, gatewayWorld } from "./gateway.world.ts";

let world: GatewayWorld;

beforeAll(async () => {
  world = await gatewayWorld();
});

beforeEach(() => world.reset());

afterAll(() => world.close());

const key = { pk: { S: "CUSTOMER#1" }, sk: { S: "HEAD" } };

describe("DynamoDB through the SDK", () => {
  test("conditions hold, and every call is metered without the caller seeing it", async () => {
    const client = new DynamoDBClient(world.configuration());
    const put = (name: string) =>
      client.send(
        new PutItemCommand({
          TableName: "main",
          Item: { ...key, name: { S: name } },
          ConditionExpression: "attribute_not_exists(pk)",
        }),
      );
    expect((await put("first")).ConsumedCapacity).toBeUndefined();
    await expect(put("second")).rejects.toThrow(ConditionalCheckFailedException);
    const { Item } = await client.send(new GetItemCommand({ TableName: "main", Key: key, ConsistentRead: true }));
    expect(Item!["name"]).toEqual({ S: "first" });
    expect(world.lineOf("dynamodb", "PutItem")).toMatchObject({ calls: 2, units: { writeUnits: 2 } });
    expect(world.lineOf("dynamodb", "GetItem")).toMatchObject({ calls: 1, units: { readUnits: 1 } });
  });

  test("who asks for the consumed capacity gets it", async () => {
    const client = new DynamoDBClient(world.configuration());
    const { ConsumedCapacity } = await client.send(
      new UpdateItemCommand({
        TableName: "main",
        Key: { pk: { S: "x" }, sk: { S: "y" } },
        UpdateExpression: "SET #n = :n",
        ExpressionAttributeNames: { "#n": "name" },
        ExpressionAttributeValues: { ":n": { S: "z" } },
        ReturnConsumedCapacity: "TOTAL",
      }),
    );
    expect(ConsumedCapacity!.CapacityUnits).toBe(1);
  });

  test("an item whose time to live has passed is deleted within a virtual hour; others stay", async () => {
    const client = new DynamoDBClient(world.configuration());
    const put = (sk: string, expiresAt?: number) =>
      client.send(
        new PutItemCommand({
          TableName: "main",
          Item: { pk: { S: "ttl" }, sk: { S: sk }, ...(expiresAt ? { expiresAt: { N: String(expiresAt) } } : {}) },
        }),
      );
    const now = Math.floor(world.clock.now() / 1000);
    await put("gone", now + 60);
    await put("stays", now + 3 * 60 * 60);
    await put("never");
    await world.clock.advance(60 * 60_000);
    const { Items } = await client.send(
      new QueryCommand({
        TableName: "main",
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: "ttl" } },
      }),
    );
    expect(Items!.map(({ sk }) => sk!.S)).toEqual(["never", "stays"]);
  });
});

describe("S3 through the SDK", () => {
  test("puts, gets, heads, lists in pages and deletes", async () => {
    const s3 = new S3Client(world.configuration());
    for (const Key of ["a/1 ü?.json", "a/2", "b/1"])
      await s3.send(new PutObjectCommand({ Bucket: "blobs", Key, Body: `body of ${Key}`, ContentType: "text/plain" }));
    const got = await s3.send(new GetObjectCommand({ Bucket: "blobs", Key: "a/1 ü?.json" }));
    expect([await got.Body!.transformToString(), got.ContentType]).toEqual(["body of a/1 ü?.json", "text/plain"]);
    const head = await s3.send(new HeadObjectCommand({ Bucket: "blobs", Key: "a/2" }));
    expect(head.ContentLength).toBe("body of a/2".length);
    const list = (ContinuationToken?: string) =>
      s3.send(new ListObjectsV2Command({ Bucket: "blobs", Prefix: "a/", MaxKeys: 1, ContinuationToken }));
    const first = await list();
    const second = await list(first.NextContinuationToken);
    expect([first, second].map(({ Contents }) => Contents!.map(({ Key }) => Key))).toEqual([["a/1 ü?.json"], ["a/2"]]);
    expect(second.IsTruncated).toBe(false);
    await s3.send(new DeleteObjectCommand({ Bucket: "blobs", Key: "a/2" }));
    await expect(s3.send(new GetObjectCommand({ Bucket: "blobs", Key: "a/2" }))).rejects.toThrow(NoSuchKey);
    expect(world.lineOf("s3", "PutObject")).toMatchObject({ calls: 3, units: { s3PutRequests: 3 } });
  });

  test("takes a stream, whose checksum comes in a trailer", async () => {
    const s3 = new S3Client(world.configuration());
    const content = Buffer.alloc(300_000, "abc");
    await s3.send(
      new PutObjectCommand({
        Bucket: "blobs",
        Key: "stream",
        Body: Readable.from([content.subarray(0, 100_000), content.subarray(100_000)]),
        ContentLength: content.length,
      }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket: "blobs", Key: "stream" }));
    expect(Buffer.from(await got.Body!.transformToByteArray()).equals(content)).toBe(true);
  });

  test("refuses a body that does not match its checksum", async () => {
    const answer = await world.services.s3.handle({
      method: "PUT",
      path: "/blobs/damaged",
      headers: { "x-amz-checksum-crc32": "AAAAAA==" },
      body: Buffer.from("content"),
    });
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining("<Code>BadDigest</Code>") });
  });

  test("If-None-Match keeps what is there", async () => {
    const s3 = new S3Client(world.configuration());
    const put = (Body: string) =>
      s3.send(new PutObjectCommand({ Bucket: "blobs", Key: "once", Body, IfNoneMatch: "*" }));
    await put("first");
    await expect(put("second")).rejects.toMatchObject({ name: "PreconditionFailed" });
    const got = await s3.send(new GetObjectCommand({ Bucket: "blobs", Key: "once" }));
    expect(await got.Body!.transformToString()).toBe("first");
  });

  test("refuses an unknown bucket, and what it does not imitate by name", async () => {
    const s3 = new S3Client(world.configuration());
    await expect(s3.send(new PutObjectCommand({ Bucket: "none", Key: "k", Body: "x" }))).rejects.toMatchObject({
      name: "NoSuchBucket",
    });
    await expect(
      s3.send(new PutObjectTaggingCommand({ Bucket: "blobs", Key: "once", Tagging: { TagSet: [] } })),
    ).rejects.toThrow("does not imitate ?tagging");
    await expect(s3.send(new GetObjectCommand({ Bucket: "blobs", Key: "once", Range: "bytes=0-1" }))).rejects.toThrow(
      "does not imitate range",
    );
  });
});

test("objects under a prefix are deleted when their days are over", async () => {
  const { s3 } = world.services;
  await s3.putObject("blobs", "in/old", Buffer.from("old"));
  await s3.putObject("blobs", "out/old", Buffer.from("old"));
  await world.clock.advance(60_000);
  await s3.putObject("blobs", "in/new", Buffer.from("new"));
  await s3.expire("blobs", "in/", world.clock.now() - 30_000);
  const { Contents } = await new S3Client(world.configuration()).send(new ListObjectsV2Command({ Bucket: "blobs" }));
  const keys = Contents!.map(({ Key }) => Key).filter((name) => /^(in|out)\//.test(name!));
  expect(keys).toEqual(["in/new", "out/old"]);
});

describe("Secrets Manager through the SDK", () => {
  test("gives a secret by name and by ARN", async () => {
    const secrets = new SecretsManagerClient(world.configuration());
    for (const SecretId of ["twilio", world.secretArn])
      expect((await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('{"accounts":[]}');
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: "none" }))).rejects.toThrow(
      ResourceNotFoundException,
    );
  });

  test("a secret that is there keeps its value", async () => {
    expect((await world.services.secrets.ensureSecret("twilio", () => "other")).value).toBe('{"accounts":[]}');
  });
});
