import { describe, expect, test } from "vitest";
import { generateSecret } from "../../../infra/local/engines/secrets.ts";
import { interpreters } from "../../../infra/local/resources/index.ts";
import type { GeneratedSecret } from "../../../infra/local/template/blueprint.ts";
import { checkInvokePermissions } from "../../../infra/local/template/permissions.ts";
import { interpretTemplates, one } from "./stacks.ts";

const policy = { Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }] };

/** The least that each type needs. */
const minimal: Record<string, Record<string, unknown>> = {
  "AWS::DynamoDB::Table": { KeySchema: [], AttributeDefinitions: [], BillingMode: "PAY_PER_REQUEST" },
  "AWS::SQS::Queue": {},
  "AWS::SQS::QueuePolicy": { PolicyDocument: policy, Queues: [] },
  "AWS::S3::Bucket": {},
  "AWS::S3::BucketPolicy": { Bucket: "b", PolicyDocument: policy },
  "AWS::SecretsManager::Secret": { SecretString: "{}" },
  "AWS::SNS::Topic": {},
  "AWS::SNS::TopicPolicy": { PolicyDocument: policy, Topics: [] },
  "AWS::SNS::Subscription": { TopicArn: "t", Protocol: "sqs", Endpoint: "q" },
  "AWS::SES::ConfigurationSet": {},
  "AWS::SES::ReceiptRuleSet": {},
  "AWS::SES::ReceiptRule": { RuleSetName: "s", Rule: {} },
  "AWS::IAM::Role": { AssumeRolePolicyDocument: policy },
  "AWS::IAM::Policy": { PolicyName: "p", PolicyDocument: policy, Roles: [] },
  "AWS::Lambda::Function": {
    Code: { S3Bucket: "b", S3Key: "code.zip" },
    Handler: "index.handler",
    Role: "r",
    Runtime: "nodejs24.x",
  },
  "AWS::Lambda::EventSourceMapping": { EventSourceArn: "arn:aws:sqs:us-east-1:0:q", FunctionName: "f" },
  "AWS::Lambda::Permission": { Action: "lambda:InvokeFunction", FunctionName: "f", Principal: "p" },
  "AWS::ApiGatewayV2::Api": { Name: "a", ProtocolType: "HTTP" },
  "AWS::ApiGatewayV2::Stage": { ApiId: "a", StageName: "$default", AutoDeploy: true },
  "AWS::ApiGatewayV2::Integration": { ApiId: "a", IntegrationType: "AWS_PROXY", IntegrationUri: "arn" },
  "AWS::ApiGatewayV2::Route": { ApiId: "a", RouteKey: "GET /", Target: "integrations/i" },
  "AWS::ApiGatewayV2::Authorizer": {
    ApiId: "a",
    Name: "n",
    AuthorizerType: "JWT",
    IdentitySource: ["$request.header.Authorization"],
    JwtConfiguration: { Issuer: "https://issuer", Audience: ["c"] },
  },
  "AWS::Events::Rule": { ScheduleExpression: "rate(1 minute)", Targets: [] },
  "AWS::Cognito::UserPool": {},
  "AWS::Cognito::UserPoolClient": {
    UserPoolId: "p",
    AllowedOAuthFlows: ["code"],
    AllowedOAuthFlowsUserPoolClient: true,
    CallbackURLs: [],
  },
  "AWS::Cognito::UserPoolDomain": { UserPoolId: "p", Domain: "d" },
  "AWS::Logs::LogGroup": {},
};

describe("what the embedded cloud does not know stops the start", () => {
  test.each(Object.entries(minimal))("an unknown property of %s is named", (type, properties) => {
    expect(() => interpretTemplates({ main: one(type, properties) })).not.toThrow();
    expect(() => interpretTemplates({ main: one(type, { ...properties, Surprise: 1 }) })).toThrow(
      `${type} "Thing" of stack main: the embedded cloud does not know the property Surprise`,
    );
  });

  test("every type that has properties of its own is in this table", () => {
    const watchers = /^AWS::(CloudWatch|CDK)::/;
    const needAnother = ["AWS::Cognito::UserPoolGroup", "AWS::SES::ConfigurationSetEventDestination"];
    const types = [...interpreters.keys()].filter((type) => !watchers.test(type) && !needAnother.includes(type));
    expect(types.toSorted()).toEqual(Object.keys(minimal).toSorted());
  });

  const refused: [string, string, object, RegExp][] = [
    [
      "a resource type",
      "AWS::Kinesis::Stream",
      {},
      /AWS::Kinesis::Stream "Thing".*does not support this resource type/,
    ],
    [
      "a property inside a property",
      "AWS::SQS::Queue",
      { RedrivePolicy: { deadLetterTargetArn: "a", maxReceiveCount: 1, other: 1 } },
      /property RedrivePolicy\.other/,
    ],
    [
      "a value that is not carried out",
      "AWS::DynamoDB::Table",
      { ...minimal["AWS::DynamoDB::Table"], BillingMode: "PROVISIONED" },
      /BillingMode/,
    ],
    ["a cron schedule", "AWS::Events::Rule", { ScheduleExpression: "cron(0 12 * * ? *)", Targets: [] }, /only rate/],
    [
      "another event source",
      "AWS::Lambda::EventSourceMapping",
      { EventSourceArn: "arn:aws:kinesis:x", FunctionName: "f" },
      /only SQS/,
    ],
    [
      "another subscriber than a queue",
      "AWS::SNS::Subscription",
      { TopicArn: "t", Protocol: "lambda", Endpoint: "f" },
      /Protocol/,
    ],
    [
      "another action of a receipt rule",
      "AWS::SES::ReceiptRule",
      { RuleSetName: "s", Rule: { Actions: [{ BounceAction: {} }] } },
      /Rule\.Actions\.0\.BounceAction/,
    ],
    ["a secret without a value", "AWS::SecretsManager::Secret", {}, /either SecretString or GenerateSecretString/],
    [
      "another runtime",
      "AWS::Lambda::Function",
      { ...minimal["AWS::Lambda::Function"], Runtime: "python3.14" },
      /Runtime/,
    ],
  ];
  test.each(refused)("%s", (_name, type, properties, message) => {
    expect(() => interpretTemplates({ main: one(type, properties) })).toThrow(message);
  });

  test("an attribute", () => {
    const template = one("AWS::SQS::Queue", {}, { Outputs: { Out: { Value: { "Fn::GetAtt": ["Thing", "Colour"] } } } });
    expect(() => interpretTemplates({ main: template })).toThrow(/Thing\.Colour.*no such attribute of AWS::SQS::Queue/);
  });

  test("a section of a template", () => {
    expect(() => interpretTemplates({ main: { Resources: {}, Transform: "AWS::Serverless-2016-10-31" } })).toThrow(
      /Transform/,
    );
  });
});

describe("references", () => {
  test("resources are read after those they refer to, whatever the template's order", () => {
    const blueprint = interpretTemplates({
      main: {
        Resources: {
          Queue: {
            Type: "AWS::SQS::Queue",
            Properties: {
              FifoQueue: true,
              RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] }, maxReceiveCount: 5 },
            },
          },
          Dead: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true, QueueName: "dead.fifo" } },
        },
      },
    });
    expect(blueprint.queues.map(({ name }) => name)).toEqual(["dead.fifo", "main-Queue.fifo"]);
    expect(JSON.parse(blueprint.queues[1]!.attributes["RedrivePolicy"]!)).toEqual({
      deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead.fifo",
      maxReceiveCount: 5,
    });
  });

  test("a circle is named", () => {
    const queue = (other: string) => ({ Type: "AWS::SQS::Queue", Properties: { QueueName: { Ref: other } } });
    expect(() => interpretTemplates({ main: { Resources: { A: queue("B"), B: queue("A") } } })).toThrow("A → B → A");
  });

  test("exports of one stack are imports of a later one", () => {
    const blueprint = interpretTemplates({
      first: one("AWS::SQS::Queue", {}, { Outputs: { Url: { Value: { Ref: "Thing" }, Export: { Name: "url" } } } }),
      second: { Resources: {}, Outputs: { Same: { Value: { "Fn::ImportValue": "url" } } } },
    });
    expect(blueprint.outputs["second"]).toEqual({ Same: "http://gateway/first-Thing" });
  });

  test("an import that nobody exports is named", () => {
    const second = { Resources: {}, Outputs: { Same: { Value: { "Fn::ImportValue": "url" } } } };
    expect(() => interpretTemplates({ second })).toThrow('no stack before second exports "url"');
  });

  test("parameters: a value given, a default, and neither", () => {
    const template = (parameter: object) => ({
      Parameters: { P: { Type: "String", ...parameter } },
      Resources: {},
      Outputs: { P: { Value: { Ref: "P" } } },
    });
    expect(interpretTemplates({ main: template({ Default: "a" }) }).outputs["main"]).toEqual({ P: "a" });
    expect(interpretTemplates({ main: template({}) }, { P: "b" }).outputs["main"]).toEqual({ P: "b" });
    expect(() => interpretTemplates({ main: template({}) })).toThrow(/parameter "P" has neither/);
  });

  test("a resource whose condition does not hold is not there", () => {
    const template = {
      Conditions: { Never: { "Fn::Equals": ["a", "b"] } },
      Resources: { Thing: { Type: "AWS::SQS::Queue", Condition: "Never" } },
    };
    expect(interpretTemplates({ main: template }).queues).toEqual([]);
  });

  test("names and ids are the same at every start", () => {
    const template = { main: one("AWS::ApiGatewayV2::Api", minimal["AWS::ApiGatewayV2::Api"]!) };
    const [first, second] = [interpretTemplates(template), interpretTemplates(template)];
    expect(first.apis[0]!.id).toMatch(/^[0-9a-z]{10}$/);
    expect(first.apis).toEqual(second.apis);
  });
});

describe("mail", () => {
  const destination = (type: string): object => ({
    Set: { Type: "AWS::SES::ConfigurationSet", Properties: { Name: "router" } },
    Events: {
      Type: "AWS::SES::ConfigurationSetEventDestination",
      Properties: {
        ConfigurationSetName: { Ref: "Set" },
        EventDestination: { Enabled: true, MatchingEventTypes: [type], SnsDestination: { TopicARN: "topic" } },
      },
    },
  });

  test("a configuration set has its destinations, whose events are written in any case", () => {
    const { configurationSets } = interpretTemplates({ main: { Resources: destination("DELIVERYDELAY") } });
    expect(configurationSets).toEqual([
      { name: "router", destinations: [{ topicArn: "topic", enabled: true, eventTypes: ["deliverydelay"] }] },
    ]);
    expect(() => interpretTemplates({ main: { Resources: destination("opened") } })).toThrow(/opened is none of/);
  });

  test("a receipt rule's recipients and actions", () => {
    const Rule = {
      Name: "mail",
      Enabled: true,
      Recipients: ["support@shop.example"],
      ScanEnabled: true,
      TlsPolicy: "Optional",
      Actions: [{ S3Action: { BucketName: "b", ObjectKeyPrefix: "in/", TopicArn: "t" } }],
    };
    const template = one("AWS::SES::ReceiptRule", { RuleSetName: "s", Rule });
    expect(interpretTemplates({ main: template }).receiptRules).toEqual([
      {
        ruleSetName: "s",
        name: "mail",
        enabled: true,
        recipients: ["support@shop.example"],
        actions: [{ bucketName: "b", objectKeyPrefix: "in/", topicArn: "t" }],
      },
    ]);
  });

  test("a bucket's rules that expire objects", () => {
    const Rules = [
      { Id: "raw", Status: "Enabled", Prefix: "in/", ExpirationInDays: 90 },
      { Id: "off", Status: "Disabled", Prefix: "out/", ExpirationInDays: 1 },
      { Status: "Enabled", AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    ];
    const template = one("AWS::S3::Bucket", { LifecycleConfiguration: { Rules } });
    expect(interpretTemplates({ main: template }).buckets[0]!.expirations).toEqual([{ prefix: "in/", days: 90 }]);
  });

  test("a secret that Secrets Manager is to make up", () => {
    const GenerateSecretString = {
      SecretStringTemplate: "{}",
      GenerateStringKey: "signingKey",
      PasswordLength: 64,
      ExcludePunctuation: true,
      ExcludeCharacters: "0Oo",
    };
    const template = one("AWS::SecretsManager::Secret", { GenerateSecretString });
    const [secret] = interpretTemplates({ main: template }).secrets;
    const { initialValue } = secret as { initialValue: GeneratedSecret };
    expect(initialValue).toMatchObject({ template: { json: "{}", key: "signingKey" }, characters: 64 });
    const [first, second] = [generateSecret(initialValue), generateSecret(initialValue)].map((text) =>
      JSON.parse(text),
    );
    expect(first.signingKey).toMatch(/^[A-NP-Za-np-z1-9]{64}$/);
    expect(second.signingKey).not.toBe(first.signingKey);
  });
});

test("an integration without a permission is refused: on AWS each call would fail", () => {
  const resources = {
    Code: { Type: "AWS::Lambda::Function", Properties: minimal["AWS::Lambda::Function"] },
    Integration: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId: "a",
        IntegrationType: "AWS_PROXY",
        IntegrationUri: { "Fn::GetAtt": ["Code", "Arn"] },
        PayloadFormatVersion: "2.0",
      },
    },
  };
  const permission = {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: { "Fn::GetAtt": ["Code", "Arn"] },
      Principal: "apigateway.amazonaws.com",
    },
  };
  const without = interpretTemplates({ main: { Resources: resources } });
  expect(() => checkInvokePermissions(without)).toThrow(/no AWS::Lambda::Permission lets apigateway.amazonaws.com/);
  const allowed = interpretTemplates({ main: { Resources: { ...resources, Permission: permission } } });
  expect(() => checkInvokePermissions(allowed)).not.toThrow();
});
