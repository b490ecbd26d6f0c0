import { z } from "zod";
import { generatedName, interpreter } from "../template/interpreter.ts";
import { TemplateError } from "../template/intrinsics.ts";
import { ignored, tags } from "./schema.ts";

/*
 * Configuration sets whose events go to SNS, and receipt rules that store mail in S3. A rule set of the templates counts
 * as the active one: activating it is an operator's own step on AWS.
 */

const eventTypes = ["send", "delivery", "bounce", "complaint", "reject", "deliveryDelay", "renderingFailure"] as const;

export const sesConfigurationSet = interpreter({
  type: "AWS::SES::ConfigurationSet",
  properties: z.strictObject({
    Name: z.string().optional(),
    DeliveryOptions: ignored("nothing leaves this machine, encrypted or not"),
    ReputationOptions: ignored("there is no reputation to measure"),
    SendingOptions: z.strictObject({ SendingEnabled: z.literal(true).optional() }).optional(),
    SuppressionOptions: ignored("the mailbox simulator's addresses are never put on a suppression list"),
    Tags: tags,
  }),
  interpret(resource) {
    const name = resource.properties.Name ?? generatedName(resource);
    resource.blueprint.configurationSets.push({ name, destinations: [] });
    return { ref: name };
  },
});

export const sesEventDestination = interpreter({
  type: "AWS::SES::ConfigurationSetEventDestination",
  properties: z.strictObject({
    ConfigurationSetName: z.string(),
    EventDestination: z.strictObject({
      Name: z.string().optional(),
      Enabled: z.boolean().optional(),
      MatchingEventTypes: z.array(z.string()),
      SnsDestination: z.strictObject({ TopicARN: z.string() }),
    }),
  }),
  interpret(resource) {
    const { properties, blueprint } = resource;
    const { ConfigurationSetName: name, EventDestination: destination } = properties;
    const set = blueprint.configurationSets.find((each) => each.name === name);
    if (!set) throw new TemplateError(`there is no configuration set "${name}"`);
    const known = eventTypes.map((type) => type.toLowerCase());
    for (const type of destination.MatchingEventTypes)
      if (!known.includes(type.toLowerCase()))
        throw new TemplateError(`MatchingEventTypes: ${type} is none of ${eventTypes.join(", ")}`);
    set.destinations.push({
      topicArn: destination.SnsDestination.TopicARN,
      enabled: destination.Enabled ?? false,
      eventTypes: destination.MatchingEventTypes.map((type) => type.toLowerCase()),
    });
    return { ref: generatedName(resource) };
  },
});

export const sesReceiptRuleSet = interpreter({
  type: "AWS::SES::ReceiptRuleSet",
  properties: z.strictObject({ RuleSetName: z.string().optional(), Tags: tags }),
  interpret: (resource) => ({ ref: resource.properties.RuleSetName ?? generatedName(resource) }),
});

const s3Action = z.strictObject({
  BucketName: z.string(),
  ObjectKeyPrefix: z.string().optional(),
  TopicArn: z.string().optional(),
});

export const sesReceiptRule = interpreter({
  type: "AWS::SES::ReceiptRule",
  properties: z.strictObject({
    RuleSetName: z.string(),
    After: ignored("the templates have their rules in the order in which they apply"),
    Rule: z.strictObject({
      Name: z.string().optional(),
      Enabled: z.boolean().optional(),
      Recipients: z.array(z.string()).optional(),
      ScanEnabled: ignored("verdicts are what the simulator's page chooses"),
      TlsPolicy: ignored("mail comes over the loopback interface, without encryption"),
      Actions: z.array(z.strictObject({ S3Action: s3Action })).optional(),
    }),
  }),
  interpret(resource) {
    const { Rule: rule, RuleSetName: ruleSetName } = resource.properties;
    const name = rule.Name ?? generatedName(resource);
    resource.blueprint.receiptRules.push({
      ruleSetName,
      name,
      enabled: rule.Enabled ?? false,
      recipients: rule.Recipients ?? [],
      actions: (rule.Actions ?? []).map(({ S3Action: action }) => ({
        bucketName: action.BucketName,
        objectKeyPrefix: action.ObjectKeyPrefix ?? "",
        topicArn: action.TopicArn,
      })),
    });
    return { ref: name };
  },
});
