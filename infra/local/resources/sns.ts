import { z } from "zod";
import { arn, generatedId, generatedName, interpreter } from "../template/interpreter.ts";
import { ignored, policyDocument, tags } from "./schema.ts";

/* Standard topics and their subscriptions by SQS queues; any other protocol stops the start. */

export const snsTopic = interpreter({
  type: "AWS::SNS::Topic",
  properties: z.strictObject({
    TopicName: z.string().optional(),
    DisplayName: ignored("for people"),
    SignatureVersion: ignored("nobody here checks a notification's signature"),
    TracingConfig: ignored("there is no X-Ray here"),
    Tags: tags,
  }),
  interpret(resource) {
    const { blueprint, account } = resource;
    const name = resource.properties.TopicName ?? generatedName(resource);
    const topicArn = arn(account, "sns", name);
    blueprint.topics.push(topicArn);
    return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
  },
});

export const snsTopicPolicy = interpreter({
  type: "AWS::SNS::TopicPolicy",
  properties: z.strictObject({ PolicyDocument: policyDocument, Topics: z.array(z.string()) }),
  interpret({ properties: policy, blueprint, logicalId }) {
    for (const topicArn of policy.Topics)
      blueprint.resourcePolicies.push({ resourceArn: topicArn, statements: policy.PolicyDocument.Statement });
    return { ref: logicalId };
  },
});

export const snsSubscription = interpreter({
  type: "AWS::SNS::Subscription",
  properties: z.strictObject({
    TopicArn: z.string(),
    Protocol: z.literal("sqs"),
    Endpoint: z.string(),
    RawMessageDelivery: z.boolean().optional(),
    RedrivePolicy: ignored("a queue of this machine always takes a notification"),
    Region: ignored("there is one region here"),
  }),
  interpret(resource) {
    const { properties: subscription, blueprint } = resource;
    const subscriptionArn = `${subscription.TopicArn}:${generatedId(resource, 36)}`;
    blueprint.subscriptions.push({
      arn: subscriptionArn,
      topicArn: subscription.TopicArn,
      queueArn: subscription.Endpoint,
      rawMessageDelivery: subscription.RawMessageDelivery ?? false,
    });
    return { ref: subscriptionArn, attributes: { Arn: subscriptionArn } };
  },
});
