import type { Blueprint, PolicyStatement } from "./blueprint.ts";
import { TemplateError } from "./intrinsics.ts";

/** One AWS service that wants something of a resource in this account. */
interface ServiceCall {
  /** e.g. `ses.amazonaws.com` */
  principal: string;
  action: string;
  /** what the statement's Resource must name */
  resourceArn: string;
  /** on whose behalf */
  sourceArn: string;
  /** as a person would say it */
  who: string;
}

export interface PolicyAccount {
  region: string;
  accountId: string;
  partition: string;
}

/**
 * On AWS, SES stores and publishes and SNS delivers only where the policy of the bucket, topic or queue says so; without
 * it mail would vanish on its way in.
 *
 * @throws TemplateError naming what would fail, or a condition that is not known
 */
export function checkServicePolicies(blueprint: Blueprint, account: PolicyAccount): void {
  for (const call of callsOf(blueprint, account)) {
    const policies = blueprint.resourcePolicies.filter(
      ({ resourceArn }) => call.resourceArn === resourceArn || call.resourceArn.startsWith(`${resourceArn}/`),
    );
    const matching = policies.flatMap(({ statements }) => statements).filter((each) => applies(each, call, account));
    if (!matching.some(({ Effect }) => Effect === "Allow") || matching.some(({ Effect }) => Effect === "Deny"))
      throw new TemplateError(`${call.who} needs ${call.action} on ${call.resourceArn}, which no policy gives it`);
  }
}

function callsOf(blueprint: Blueprint, { region, accountId, partition }: PolicyAccount): ServiceCall[] {
  const ses = (rest: string): string => `arn:${partition}:ses:${region}:${accountId}:${rest}`;
  const publish = (topicArn: string, sourceArn: string, who: string): ServiceCall => ({
    principal: "ses.amazonaws.com",
    action: "sns:Publish",
    resourceArn: topicArn,
    sourceArn,
    who,
  });
  const receiving = blueprint.receiptRules.flatMap(({ ruleSetName, name, actions }) => {
    const who = `the receipt rule ${name}`;
    const sourceArn = ses(`receipt-rule-set/${ruleSetName}:receipt-rule/${name}`);
    return actions.flatMap(({ bucketName, objectKeyPrefix, topicArn }) => {
      const resourceArn = `arn:${partition}:s3:::${bucketName}/${objectKeyPrefix}id`;
      const store = { principal: "ses.amazonaws.com", action: "s3:PutObject", resourceArn, sourceArn, who };
      return topicArn === undefined ? [store] : [store, publish(topicArn, sourceArn, who)];
    });
  });
  const sending = blueprint.configurationSets.flatMap(({ name, destinations }) =>
    destinations.map(({ topicArn }) =>
      publish(topicArn, ses(`configuration-set/${name}`), `the configuration set ${name}`),
    ),
  );
  const delivering = blueprint.subscriptions.map(({ topicArn, queueArn }) => ({
    principal: "sns.amazonaws.com",
    action: "sqs:SendMessage",
    resourceArn: queueArn,
    sourceArn: topicArn,
    who: `the subscription of ${queueArn} to ${topicArn}`,
  }));
  return [...receiving, ...sending, ...delivering];
}

function applies(statement: PolicyStatement, call: ServiceCall, account: PolicyAccount): boolean {
  const { Principal, Action, Resource = [], Condition = {} } = statement;
  return (
    isPrincipal(Principal, call.principal) &&
    [Action].flat().some((action) => isLike(call.action.toLowerCase(), action.toLowerCase())) &&
    [Resource].flat().some((resource) => isLike(call.resourceArn, resource)) &&
    Object.entries(Condition as Record<string, Record<string, string | string[]>>).every(([operator, expected]) =>
      Object.entries(expected).every(([key, values]) => holds(operator, key, [values].flat(), call, account)),
    )
  );
}

function isPrincipal(given: unknown, service: string): boolean {
  if (given === "*") return true;
  const { AWS, Service } = (given ?? {}) as { AWS?: string | string[]; Service?: string | string[] };
  return [AWS ?? []].flat().includes("*") || [Service ?? []].flat().includes(service);
}

/** IAM user guide, "IAM JSON policy elements: Condition operators"; keys are the same in any case. */
function holds(operator: string, key: string, values: string[], call: ServiceCall, account: PolicyAccount): boolean {
  const context: Record<string, string> = {
    "aws:sourceaccount": account.accountId,
    "aws:sourcearn": call.sourceArn,
    "aws:securetransport": "true",
  };
  const actual = context[key.toLowerCase()];
  const matches = { StringEquals: isSame, ArnEquals: isLike, ArnLike: isLike, StringLike: isLike, Bool: isSame }[
    operator
  ];
  if (actual === undefined || !matches)
    throw new TemplateError(`the condition ${operator} ${key} of a resource's policy is not supported`);
  return values.some((value) => matches(actual, value));
}

const isSame = (actual: string, expected: string): boolean => actual === expected;

/** `*` stands for any text, `?` for any character. */
function isLike(actual: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(actual);
}
