import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { projectDirectory } from "../../infra/aws/bundle.ts";
import { byChannelParts, channelParts } from "../../infra/aws/channel-parts.ts";
import { functionNames, queueNames, type FunctionName } from "../../infra/aws/settings.ts";
import { storeCalls, type TableCall } from "./store-calls.ts";
import { referred, resourcesOf, synthesizeOverStubs } from "./synthesized.ts";

/*
 * Invariant I10 from both sides: what the code of each function names, after a bundler has dropped what it does not use,
 * is what its role allows, no less and no more.
 */

const { stateless } = synthesizeOverStubs();
const handlers = new Map(
  resourcesOf(stateless, "AWS::Lambda::Function").map((handler) => [
    handler.Properties.FunctionName.replace("switchyard-", "") as FunctionName,
    handler.Properties,
  ]),
);
const roles = new Map(resourcesOf(stateless, "AWS::IAM::Role").map((role) => [role.logicalId, role.Properties]));

const variablesOf = (name: FunctionName): string[] => Object.keys(handlers.get(name)!.Environment?.Variables ?? {});

/** Actions of one service that a function's role allows, those on the table's index under another name. */
function allowed(name: FunctionName, service: string): string[] {
  const { Policies } = roles.get(referred(handlers.get(name)!.Role))!;
  const statements: { Action: string | string[]; Resource: unknown }[] = Policies.flatMap(
    (policy: any) => policy.PolicyDocument.Statement,
  );
  const actions = statements.flatMap(({ Action, Resource }) =>
    [Action].flat().map((action) => (JSON.stringify(Resource).includes("/index/list") ? "dynamodb:List" : action)),
  );
  const ofService = actions.filter((action) => action.startsWith(`${service}:`));
  return [...new Set(ofService.map((action) => action.slice(service.length + 1)))].toSorted();
}

/** The code of each function without packages, and without what it never calls. */
let sources: Map<FunctionName, string>;

beforeAll(async () => {
  sources = new Map((await Promise.all(byChannelParts(functionNames).map(sourcesOf))).flat());
});

async function sourcesOf(names: FunctionName[]): Promise<[FunctionName, string][]> {
  const result = await build({
    absWorkingDir: projectDirectory,
    entryPoints: names.map((name) => ({ in: `functions/${name}/run.ts`, out: name })),
    outdir: "unwritten",
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "silent",
    plugins: [channelParts(names[0]!)],
  });
  return result.outputFiles.map(({ path, text }) => [path.replace(/^.*\/(\w+)\.js$/, "$1") as FunctionName, text]);
}

const unique = (names: Iterable<string>): string[] => [...new Set(names)].toSorted();

/** The methods of `app.<port>` that a function's code names, e.g. `blobs.put` → `put`. */
const named = (name: FunctionName, port: string): string[] =>
  unique(Array.from(sources.get(name)!.matchAll(new RegExp(`\\b${port}\\.(\\w+)`, "g")), ([, method]) => method!));

function tableCallsOf(name: FunctionName): TableCall[] {
  const text = sources.get(name)!;
  const calls = Object.entries(storeCalls).flatMap(([store, methods]) => {
    const isTakenOut = new RegExp(`\\{[^{}]*\\b${store}\\b[^{}]*\\} = \\w+\\.stores\\b`).test(text);
    const used = named(name, isTakenOut ? store : `stores\\.${store}`);
    return used.flatMap((method) => (methods as Record<string, TableCall[]>)[method] ?? []);
  });
  return [...new Set(calls)].toSorted();
}

/** Jobs of these workers are small: none is parked by its blob, nor put on a queue by it. */
const smallJobs: FunctionName[] = ["send", "timer", "deliver", "sweep"];

/** Nor do jobs of these name an object that would be copied when they are parked. */
const withoutObjects: FunctionName[] = ["timer", "deliver", "sweep"];

function objectCallsOf(name: FunctionName): string[] {
  const calls: Record<string, string> = {
    get: "GetObject",
    getBytes: "GetObject",
    link: "GetObject",
    put: "PutObject",
    putBytes: "PutObject",
    remove: "DeleteObject",
  };
  if (withoutObjects.includes(name)) return [];
  const used = named(name, "blobs").flatMap((method) => calls[method] ?? []);
  if (smallJobs.includes(name)) return unique(used.filter((call) => call !== "PutObject"));
  const sends = named(name, "queues").some((queue) => queue === "inbound" || queue === "pool");
  const receives = ["route", "assign", "drain"].includes(name);
  return unique([...used, ...(sends ? ["PutObject"] : []), ...(receives ? ["GetObject"] : [])]);
}

describe.each(functionNames)("%s", (name) => {
  it("may call of the table what its stores call, and nothing else", () => {
    expect(allowed(name, "dynamodb")).toEqual(tableCallsOf(name));
  });

  it("may send to the queues that it names, and nowhere else", () => {
    const sent = named(name, "queues").filter((queue) => (queueNames as string[]).includes(queue));
    const variables = variablesOf(name).filter((variable) => variable.endsWith("_QUEUE_URL"));
    expect(variables.toSorted()).toEqual(sent.map((queue) => `${queue.toUpperCase()}_QUEUE_URL`).toSorted());
    expect(allowed(name, "sqs").includes("SendMessage")).toBe(sent.length > 0);
  });

  it("may reach the objects that it reads, writes and removes", () => {
    const objects = allowed(name, "s3").filter((action) => action !== "ListBucket");
    expect(objects).toEqual(objectCallsOf(name));
  });

  it("may push to the sockets that it names, and nowhere else", () => {
    const statements = JSON.stringify(roles.get(referred(handlers.get(name)!.Role))!.Policies);
    const endpoints = { sockets: ["SOCKET_ENDPOINT", "live"], chatSockets: ["CHAT_ENDPOINT", "chat"] } as const;
    for (const [port, [variable, stage]] of Object.entries(endpoints)) {
      const used = named(name, `(?<!stores\\.)${port}`).filter((method) => method === "push" || method === "close");
      expect(variablesOf(name).includes(variable), port).toBe(used.length > 0);
      expect(statements.includes(`/${stage}/POST/@connections/*`), `${port}.push`).toBe(used.includes("push"));
      expect(statements.includes(`/${stage}/DELETE/@connections/*`), `${port}.close`).toBe(used.includes("close"));
    }
  });
});

describe("settings", () => {
  const propertyOf = { PUBLIC_URLS: "publicUrls", SOCKET_URL: "socketUrl" };

  it.each(functionNames.filter((name) => name !== "pages"))("of %s are those that it reads", (name) => {
    const read = Object.entries(propertyOf).filter(([, property]) => sources.get(name)!.includes(`.${property}`));
    const known = /_QUEUE_URL$|_SECRET_ID$|_ENDPOINT$|^(TABLE_NAME|BUCKET_NAME|MAIL_CONFIGURATION_SET)$/;
    expect(
      variablesOf(name)
        .filter((variable) => !known.test(variable))
        .toSorted(),
    ).toEqual(read.map(([variable]) => variable).toSorted());
  });

  it("of pages are those that its entry takes out of the environment", () => {
    const entry = readFileSync(join(projectDirectory, "functions/pages/lambda.ts"), "utf8");
    const taken = Array.from(entry.matchAll(/const \{([^}]*)\} = process\.env/g), ([, names]) => names!.split(","));
    const names = taken.flat().map((name) => name.trim());
    // What begins with AWS_ is Lambda's own.
    expect(variablesOf("pages").toSorted()).toEqual(names.filter((name) => !name.startsWith("AWS_")).toSorted());
  });
});

const providers = ["CUSTOM_SECRET_ID", "META_SECRET_ID", "TELEGRAM_SECRET_ID", "TWILIO_SECRET_ID"];

describe("mail and secrets", () => {
  it("go out by send alone, which is the only one to be given the adapter", () => {
    const senders = functionNames.filter((name) => allowed(name, "ses").length > 0);
    expect(senders).toEqual(["send"]);
    expect(allowed("send", "ses")).toEqual(["SendRawEmail"]);
    expect(functionNames.filter((name) => named(name, "mail").includes("send"))).toContain("send");
  });

  it("are read by those who check or make a signature, and by nobody else", () => {
    const readers = functionNames.flatMap((name) => {
      const variables = variablesOf(name).filter((variable) => variable.endsWith("_SECRET_ID"));
      expect(allowed(name, "secretsmanager"), name).toEqual(variables.length > 0 ? ["GetSecretValue"] : []);
      expect(named(name, "secrets").includes("get"), name).toBe(variables.length > 0);
      return variables.length > 0 ? [[name, variables.toSorted()]] : [];
    });
    expect(Object.fromEntries(readers)).toEqual({
      ingest: providers,
      send: [...providers, "SIGNING_SECRET_ID"].toSorted(),
      fetch: [...providers, "SIGNING_SECRET_ID"].toSorted(),
      reconcile: ["TWILIO_SECRET_ID"],
      files: ["SIGNING_SECRET_ID"],
      mail: ["SIGNING_SECRET_ID"],
      chat: ["SIGNING_SECRET_ID", "WEB_SECRET_ID"],
      timer: ["SIGNING_SECRET_ID"],
    });
  });

  it("are no business of the pages, which may write their log and nothing else", () => {
    const { Policies } = roles.get(referred(handlers.get("pages")!.Role))!;
    const statements = Policies.flatMap((policy: any) => policy.PolicyDocument.Statement);
    expect(statements.map(({ Action }: any) => Action)).toEqual([["logs:CreateLogStream", "logs:PutLogEvents"]]);
  });
});
