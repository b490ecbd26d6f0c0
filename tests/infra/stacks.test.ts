import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectDirectory } from "../../infra/aws/bundle.ts";
import { referred, resourcesOf, synthesizeOverStubs } from "./synthesized.ts";

const { stateful, stateless } = synthesizeOverStubs();

const runbook = readFileSync(join(projectDirectory, "docs/runbook.md"), "utf8");

const only = (template: typeof stateful, type: string) => {
  const found = resourcesOf(template, type);
  expect(found).toHaveLength(1);
  return found[0]!;
};

describe("the stateful stack", () => {
  it("keeps the table whatever happens, encrypted, with point-in-time recovery and one keys-only index", () => {
    const table = only(stateful, "AWS::DynamoDB::Table");
    expect(table.DeletionPolicy).toBe("Retain");
    expect(table.Properties).toMatchObject({
      BillingMode: "PAY_PER_REQUEST",
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "list",
          KeySchema: [
            { AttributeName: "listKey", KeyType: "HASH" },
            { AttributeName: "listOrder", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    });
  });

  it("keeps the bucket, encrypted, closed to the public and to plain text", () => {
    const bucket = only(stateful, "AWS::S3::Bucket");
    expect(bucket.DeletionPolicy).toBe("Retain");
    expect(bucket.Properties.BucketEncryption).toBeDefined();
    expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    const { Statement } = only(stateful, "AWS::S3::BucketPolicy").Properties.PolicyDocument;
    expect(Statement).toContainEqual(
      expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    );
  });

  it("forgets what nobody can need any more: bodies of queues, requests of many events, files that no reply took", () => {
    const { Rules } = only(stateful, "AWS::S3::Bucket").Properties.LifecycleConfiguration;
    const days = Rules.flatMap(({ Prefix, ExpirationInDays }: any) => (Prefix ? [[Prefix, ExpirationInDays]] : []));
    expect(Object.fromEntries(days)).toEqual({ "bodies/": 30, "batches/": 30, "uploads/": 7, "inbound-mail/": 90 });
  });

  it("holds each provider's secret as an empty form, and lets Secrets Manager make our own: never a value", () => {
    const secrets = resourcesOf(stateful, "AWS::SecretsManager::Secret");
    const forms = secrets.flatMap(({ Properties }) => (Properties.SecretString ? [Properties.SecretString] : []));
    expect(forms.toSorted()).toEqual([
      '{"accounts":[]}',
      '{"appSecret":"","verifyToken":"","accessTokens":{}}',
      '{"bots":{}}',
      '{"inboxes":{}}',
    ]);
    const generated = secrets.flatMap(({ Properties }) => Properties.GenerateSecretString ?? []);
    expect(generated.map(({ GenerateStringKey }) => GenerateStringKey).toSorted()).toEqual([
      "signingKey",
      "vouchSecret",
    ]);
    for (const each of generated) expect(each).toMatchObject({ SecretStringTemplate: "{}", PasswordLength: 64 });
    for (const { DeletionPolicy } of secrets) expect(DeletionPolicy).toBe("Retain");
  });

  it("lets nobody sign up, asks everybody for a second factor, and has a group a role", () => {
    const { AdminCreateUserConfig, MfaConfiguration } = only(stateful, "AWS::Cognito::UserPool").Properties;
    expect(AdminCreateUserConfig.AllowAdminCreateUserOnly).toBe(true);
    expect(MfaConfiguration).toBe("ON");
    const groups = resourcesOf(stateful, "AWS::Cognito::UserPoolGroup").map(({ Properties }) => Properties.GroupName);
    expect(groups.toSorted()).toEqual(["admin", "agent", "operator", "supervisor"]);
  });
});

describe("the stateless stack", () => {
  it("holds nothing that would be missed", () => {
    for (const type of [
      "AWS::DynamoDB::Table",
      "AWS::S3::Bucket",
      "AWS::SQS::Queue",
      "AWS::SecretsManager::Secret",
      "AWS::SES::ReceiptRule",
      "AWS::Cognito::UserPool",
    ]) {
      expect(resourcesOf(stateless, type), type).toEqual([]);
    }
  });

  it("asks for a token on /v1 and nowhere else on the HTTP API", () => {
    const authorizer = only(stateless, "AWS::ApiGatewayV2::Authorizer");
    const routes = resourcesOf(stateless, "AWS::ApiGatewayV2::Route").map(({ Properties }) => [
      Properties.RouteKey,
      Properties.AuthorizationType,
      referred(Properties.AuthorizerId),
    ]);
    expect(Object.fromEntries(routes.map(([key, type]) => [key, type]))).toEqual({
      "ANY /v1/{proxy+}": "JWT",
      ...Object.fromEntries(
        ["customers", "identities", "merges", "parked", "sends", "webhooks"].flatMap((subtree) => [
          [`ANY /v1/${subtree}`, "JWT"],
          [`ANY /v1/${subtree}/{proxy+}`, "JWT"],
        ]),
      ),
      "POST /v1/files": "JWT",
      "GET /files/{proxy+}": "NONE",
      "HEAD /files/{proxy+}": "NONE",
      "POST /webhooks/{proxy+}": "NONE",
      "GET /webhooks/{proxy+}": "NONE",
      "GET /desk": "NONE",
      "GET /desk/{proxy+}": "NONE",
      "GET /widget.js": "NONE",
      "GET /openapi.json": "NONE",
      "GET /docs": "NONE",
      "GET /docs/{proxy+}": "NONE",
      $connect: "NONE",
      $disconnect: "NONE",
      $default: "NONE",
    });
    expect(routes.find(([key]) => key === "ANY /v1/{proxy+}")![2]).toBe(authorizer.logicalId);
    expect(authorizer.Properties.IdentitySource).toEqual(["$request.header.Authorization"]);
  });

  it("signs the desk in by authorization code, without a client secret, and back to the desk", () => {
    const client = only(stateless, "AWS::Cognito::UserPoolClient").Properties;
    expect(client).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthFlowsUserPoolClient: true,
    });
    expect(JSON.stringify(client.CallbackURLs)).toContain('"/desk"');
  });

  it("sweeps every minute, compares with providers' lists every quarter of an hour, and never tries again", () => {
    const rules = resourcesOf(stateless, "AWS::Events::Rule").map(({ Properties }) => Properties);
    const schedule = rules.map(({ ScheduleExpression, Targets }) => [
      ScheduleExpression,
      referred(Targets[0].Arn).replace(/Function[A-F0-9]{8}$/, ""),
    ]);
    expect(schedule.toSorted()).toEqual([
      ["rate(1 minute)", "Sweep"],
      ["rate(15 minutes)", "Reconcile"],
    ]);
    for (const { Targets } of rules) expect(Targets[0].RetryPolicy.MaximumRetryAttempts).toBe(0);
  });

  it("logs nothing about a person at the API's door", () => {
    const stage = resourcesOf(stateless, "AWS::ApiGatewayV2::Stage").find(
      ({ Properties }) => Properties.StageName === "$default",
    )!;
    const { Format } = stage.Properties.AccessLogSettings;
    expect(Object.keys(JSON.parse(Format))).toEqual(["requestId", "route", "status", "ms"]);
    expect(Format).not.toMatch(/sourceIp|\$context\.path|queryString|authorizer/);
  });

  it("watches every queue and what no queue shows, with few alarms", () => {
    const alarms = resourcesOf(stateless, "AWS::CloudWatch::Alarm").map(({ Properties }) => Properties);
    expect(alarms.map(({ AlarmName }) => AlarmName.replace("switchyard-", "")).toSorted()).toEqual(
      [
        "api-is-throttled",
        "chat-fails",
        "dead-letters-arrive",
        "dead-letters-stay",
        "fifo-dead-letters-stay",
        ...["deliveries", "inbound", "mail", "media", "outbound", "pool", "timers"].map(
          (name) => `${name}-waits-too-long`,
        ),
        "ingest-is-throttled",
        "reconcile-fails",
        "socket-fails",
        "sweep-fails",
        "webhooks-and-api-fail",
      ].toSorted(),
    );
    expect(resourcesOf(stateless, "AWS::CloudWatch::Dashboard")).toHaveLength(1);
    for (const { AlarmActions } of alarms) expect(AlarmActions).toBeUndefined();
  });

  it("says with each alarm where the runbook tells what to do", () => {
    const headings = new Set(
      Array.from(runbook.matchAll(/^## (.+)$/gm), ([, heading]) => `docs/runbook.md, "${heading}"`),
    );
    for (const { Properties } of resourcesOf(stateless, "AWS::CloudWatch::Alarm")) {
      expect(headings, Properties.AlarmName).toContain(Properties.AlarmDescription);
    }
  });

  it("names its addresses", () => {
    expect(Object.keys(stateless.toJSON().Outputs).toSorted()).toEqual([
      "BaseUrl",
      "ChatUrl",
      "ClientId",
      "CustomSecretId",
      "Issuer",
      "MetaSecretId",
      "ReceiptRuleSetName",
      "SocketUrl",
      "TelegramSecretId",
      "TwilioSecretId",
      "WebSecretId",
    ]);
  });
});

describe("context", () => {
  const issuer = {
    issuer: "https://id.example.com",
    audience: "switchyard-api",
    clientId: "desk",
    authorizeUrl: "https://id.example.com/authorize",
    tokenUrl: "https://id.example.com/token",
    logoutUrl: "https://id.example.com/logout",
  };

  it("puts another issuer in place of the user pool", () => {
    const other = synthesizeOverStubs(issuer);
    expect(resourcesOf(other.stateful, "AWS::Cognito::UserPool")).toEqual([]);
    expect(resourcesOf(other.stateless, "AWS::Cognito::UserPoolClient")).toEqual([]);
    expect(only(other.stateless, "AWS::ApiGatewayV2::Authorizer").Properties.JwtConfiguration).toEqual({
      Issuer: issuer.issuer,
      Audience: [issuer.audience],
    });
    const pages = resourcesOf(other.stateless, "AWS::Lambda::Function").find(
      ({ Properties }) => Properties.FunctionName === "switchyard-pages",
    )!;
    expect(pages.Properties.Environment.Variables).toMatchObject({
      AUTHORIZE_URL: issuer.authorizeUrl,
      TOKEN_URL: issuer.tokenUrl,
      LOGOUT_URL: issuer.logoutUrl,
      CLIENT_ID: issuer.clientId,
    });
  });

  it("refuses half an issuer, and says what is missing", () => {
    expect(() => synthesizeOverStubs({ issuer: issuer.issuer, audience: issuer.audience })).toThrow(
      "needs the context clientId, authorizeUrl, tokenUrl, logoutUrl too",
    );
  });

  it("gives a second deployment names of its own", () => {
    const names = JSON.stringify(synthesizeOverStubs({ deployment: "staging" }).stateless.toJSON());
    expect(names).toContain('"staging-ingest"');
    expect(names).not.toContain('"switchyard-ingest"');
  });

  it.each(["Staging", "1st", "my-aws", "x".repeat(31)])(
    "refuses the deployment name %s, and says why",
    (deployment) => {
      expect(() => synthesizeOverStubs({ deployment })).toThrow('The context "deployment" is');
    },
  );

  it("sends every alarm to the topic that is named, and refuses what is no topic", () => {
    const alarmTopic = "arn:aws:sns:eu-central-1:123456789012:on-call";
    for (const { Properties } of resourcesOf(synthesizeOverStubs({ alarmTopic }).stateless, "AWS::CloudWatch::Alarm")) {
      expect(Properties.AlarmActions).toEqual([alarmTopic]);
    }
    expect(() => synthesizeOverStubs({ alarmTopic: "on-call" })).toThrow("must be the ARN of an SNS topic");
  });
});
