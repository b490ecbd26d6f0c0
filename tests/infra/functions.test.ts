import { describe, expect, it } from "vitest";
import { functionNames } from "../../infra/aws/settings.ts";
import { referred, resourcesOf, synthesizeOverStubs } from "./synthesized.ts";

const { stateless } = synthesizeOverStubs();
const functions = resourcesOf(stateless, "AWS::Lambda::Function");
const roles = new Map(resourcesOf(stateless, "AWS::IAM::Role").map((role) => [role.logicalId, role]));

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}

const statementsOf = (roleId: string): Statement[] =>
  roles.get(roleId)!.Properties.Policies.flatMap((policy: any) => policy.PolicyDocument.Statement);

/** What a wildcard may stand for: names that AWS or a moment gives, inside one resource of ours. */
const allowedWildcards = [
  { what: "objects in our bucket", pattern: /ExportsOutputFnGetAttBucket\w+"},"\/\*"/ },
  { what: "open desks", pattern: /SocketApi\w+"},"\/live\/(POST|DELETE)\/@connections\/\*"/ },
  { what: "open chats", pattern: /ChatApi\w+"},"\/chat\/(POST|DELETE)\/@connections\/\*"/ },
];

describe("functions", () => {
  it("are those of the settings, on Node 24 and arm64, with a time-out and memory", () => {
    expect(functions.map(({ Properties }) => Properties.FunctionName).toSorted()).toEqual(
      functionNames.map((name) => `switchyard-${name}`).toSorted(),
    );
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"], Handler: "index.handler" });
      expect(Properties.Timeout).toBeGreaterThan(0);
      expect(Properties.MemorySize).toBeGreaterThanOrEqual(256);
    }
  });

  it("answer HTTP well within API Gateway's 30 seconds, and webhooks within Twilio's 15", () => {
    const timeout = (name: string) =>
      functions.find(({ Properties }) => Properties.FunctionName === name)!.Properties.Timeout;
    expect(timeout("switchyard-api")).toBeLessThan(30);
    expect(timeout("switchyard-ingest")).toBeLessThan(15);
  });

  it("write JSON logs into a group of their own that is kept for 30 days", () => {
    const groups = new Map(resourcesOf(stateless, "AWS::Logs::LogGroup").map((group) => [group.logicalId, group]));
    const used = functions.map(({ Properties }) => referred(Properties.LoggingConfig.LogGroup));
    expect(new Set(used).size).toBe(functions.length);
    for (const { Properties } of functions) {
      expect(Properties.LoggingConfig).toMatchObject({ LogFormat: "JSON", SystemLogLevel: "WARN" });
    }
    for (const group of groups.values()) expect(group.Properties.RetentionInDays).toBe(30);
  });
});

describe("roles", () => {
  it("belong to one function each, and come with no policy of AWS's", () => {
    const used = functions.map(({ Properties }) => referred(Properties.Role));
    expect(new Set(used).size).toBe(functions.length);
    for (const id of used) expect(roles.get(id)!.Properties.ManagedPolicyArns).toBeUndefined();
  });

  it("name every action in full", () => {
    for (const id of roles.keys()) {
      for (const { Action } of statementsOf(id)) {
        for (const action of [Action].flat()) expect(action, id).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z]+$/);
      }
    }
  });

  it("name every resource in full, but where AWS has no narrower form", () => {
    const wild: string[] = [];
    for (const id of roles.keys()) {
      for (const { Resource } of statementsOf(id)) {
        for (const resource of [Resource].flat()) {
          const text = JSON.stringify(resource);
          if (text.includes("*") && !allowedWildcards.some(({ pattern }) => pattern.test(text)))
            wild.push(`${id}: ${text}`);
        }
      }
    }
    expect(wild).toEqual([]);
  });

  it("reach through the environment only what they allow, and allow only what the environment names", () => {
    const variableOf: Record<string, RegExp> = {
      dynamodb: /^TABLE_NAME$/,
      sqs: /_QUEUE_URL$/,
      s3: /^BUCKET_NAME$/,
      secretsmanager: /_SECRET_ID$/,
      "execute-api": /^(SOCKET|CHAT)_ENDPOINT$/,
      ses: /^MAIL_CONFIGURATION_SET$/,
    };
    for (const { Properties } of functions) {
      const variables = Object.keys(Properties.Environment?.Variables ?? {});
      const services = new Set(
        statementsOf(referred(Properties.Role))
          .flatMap(({ Action }) => [Action].flat())
          .filter((action) => !/^sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes)$/.test(action))
          .map((action) => action.split(":")[0]!),
      );
      for (const [service, pattern] of Object.entries(variableOf)) {
        const named = variables.some((variable) => pattern.test(variable));
        expect(named, `${Properties.FunctionName} and ${service}`).toBe(services.has(service));
      }
    }
  });
});
