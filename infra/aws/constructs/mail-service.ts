import type { Bucket } from "aws-cdk-lib/aws-s3";
import { ConfigurationSet, EmailSendingEvent, EventDestination, ReceiptRuleSet, TlsPolicy } from "aws-cdk-lib/aws-ses";
import { S3 } from "aws-cdk-lib/aws-ses-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Aws, Duration, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { mailSettings } from "../settings.ts";

export interface MailServiceProps {
  /** what names begin with */
  deployment: string;
  /** of the mail inboxes, each in lower case and without a label */
  addresses: string[];
  /** gets each mail as it came, under `mailSettings.rawPrefix` */
  bucket: Bucket;
  /** gets a notification of each mail, and of each event about one that was sent */
  queue: Queue;
  /** of the account; the rule is put first in it. undefined: a set of our own, which a person activates */
  receiptRuleSetName: string | undefined;
}

/** SES's recipients a rule (SES guide, "Creating receipt rules"). */
const maxRuleRecipients = 100;

/**
 * SES in and out. In: a receipt rule stores the mail and notifies the topic. Out: a configuration set publishes to the
 * same topic what becomes of each mail. The topic hands all of it to one standard queue.
 *
 * A rule for `support@shop.example` also takes `support+anything@shop.example` (SES guide, "Creating receipt rules"), so
 * that signed reply addresses need no rule of their own.
 */
export class MailService extends Construct {
  readonly ruleSetName: string;
  readonly configurationSetName: string;

  constructor(scope: Construct, id: string, props: MailServiceProps) {
    super(scope, id);
    const topic = new Topic(this, "Topic", { topicName: `${props.deployment}-mail`, enforceSSL: true });
    topic.addSubscription(new SqsSubscription(props.queue));
    this.configurationSetName = this.publishEvents(topic, props.deployment);
    this.ruleSetName = this.receive(topic, props);
  }

  private publishEvents(topic: Topic, deployment: string): string {
    const configurationSet = new ConfigurationSet(this, "Sending", {
      configurationSetName: deployment,
      reputationMetrics: false,
    });
    configurationSet.addEventDestination("Events", {
      destination: EventDestination.snsTopic(topic),
      events: [
        EmailSendingEvent.SEND,
        EmailSendingEvent.DELIVERY,
        EmailSendingEvent.DELIVERY_DELAY,
        EmailSendingEvent.BOUNCE,
        EmailSendingEvent.COMPLAINT,
        EmailSendingEvent.REJECT,
      ],
    });
    return configurationSet.configurationSetName;
  }

  private receive(topic: Topic, { deployment, addresses, bucket, receiptRuleSetName }: MailServiceProps): string {
    if (addresses.length > maxRuleRecipients) {
      throw new Error(
        `router.yaml has ${addresses.length} mail inboxes; a receipt rule takes ${maxRuleRecipients}. Give the others to a second deployment.`,
      );
    }
    const setName = receiptRuleSetName ?? deployment;
    const ruleName = `${deployment}-mail`;
    const ruleSet = receiptRuleSetName
      ? ReceiptRuleSet.fromReceiptRuleSetName(this, "RuleSet", receiptRuleSetName)
      : new ReceiptRuleSet(this, "RuleSet", { receiptRuleSetName: setName });
    const rule = ruleSet.addRule("Rule", {
      receiptRuleName: ruleName,
      recipients: addresses,
      scanEnabled: true,
      // A mail that comes without TLS is still a customer's message.
      tlsPolicy: TlsPolicy.OPTIONAL,
      actions: [new S3({ bucket, objectKeyPrefix: mailSettings.rawPrefix, topic })],
    });
    const { policyDependable } = topic.addToResourcePolicy(publishFrom(topic, setName, ruleName));
    // SES publishes and stores once for a try when a rule is made, so it must be allowed to before.
    if (policyDependable) rule.node.addDependency(policyDependable);
    return setName;
  }
}

/** The topic's policy takes the place of SNS's own, which lets the whole account publish (SES guide, "Giving permissions"). */
const publishFrom = (topic: Topic, ruleSetName: string, ruleName: string): PolicyStatement =>
  new PolicyStatement({
    principals: [new ServicePrincipal("ses.amazonaws.com")],
    actions: ["sns:Publish"],
    resources: [topic.topicArn],
    conditions: {
      StringEquals: {
        "aws:SourceAccount": Aws.ACCOUNT_ID,
        "aws:SourceArn": Stack.of(topic).formatArn({
          service: "ses",
          resource: "receipt-rule-set",
          resourceName: `${ruleSetName}:receipt-rule/${ruleName}`,
        }),
      },
    },
  });

/** How long mail lies in the bucket as it came: what was taken in of it is kept elsewhere. */
export const rawMailLifecycle = {
  id: "inbound-mail",
  prefix: mailSettings.rawPrefix,
  expiration: Duration.days(mailSettings.rawDays),
};
