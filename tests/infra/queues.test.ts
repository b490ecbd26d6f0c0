import { describe, expect, it } from "vitest";
import { functionSettings, queueNames, queueSettings } from "../../infra/aws/settings.ts";
import { limits } from "../../shared/core/limits.ts";
import { referred, resourcesOf, synthesizeOverStubs, type Resource } from "./synthesized.ts";

const { stateful, stateless } = synthesizeOverStubs();
const queues = new Map(resourcesOf(stateful, "AWS::SQS::Queue").map((queue) => [queue.logicalId, queue]));
const functions = new Map(resourcesOf(stateless, "AWS::Lambda::Function").map((each) => [each.logicalId, each]));
const mappings = resourcesOf(stateless, "AWS::Lambda::EventSourceMapping");
const alarms = resourcesOf(stateless, "AWS::CloudWatch::Alarm");

const named = (name: string): Resource => {
  const found = [...queues.values()].find(({ Properties }) => Properties.QueueName === name);
  if (!found) throw new Error(`There is no queue ${name}.`);
  return found;
};

const sourceOf = (mapping: Resource): Resource => queues.get(referred(mapping.Properties.EventSourceArn, stateful))!;
const targetOf = (mapping: Resource): Resource => functions.get(referred(mapping.Properties.FunctionName))!;

describe("queues", () => {
  it.each(["inbound", "pool", "outbound", "deliveries"])(
    "%s is FIFO in high-throughput mode and takes deduplication ids from its senders",
    (name) => {
      for (const queue of [named(`switchyard-${name}.fifo`), named("switchyard-dead-letters.fifo")]) {
        expect(queue.Properties).toMatchObject({
          FifoQueue: true,
          ContentBasedDeduplication: false,
          DeduplicationScope: "messageGroup",
          FifoThroughputLimit: "perMessageGroupId",
        });
      }
    },
  );

  it("timers are a standard queue, since only those delay each message by itself; mail, since SNS hands it over; media, since files have no order", () => {
    for (const name of ["timers", "mail", "media", "dead-letters"]) {
      expect(named(`switchyard-${name}`).Properties.FifoQueue).toBeUndefined();
    }
  });

  it.each(queueNames)(
    "%s sends what failed too often to the dead letters of its kind, which keep it for 14 days",
    (name) => {
      const suffix = queueSettings[name].fifo ? ".fifo" : "";
      const { RedrivePolicy } = named(`switchyard-${name}${suffix}`).Properties;
      const deadLetters = named(`switchyard-dead-letters${suffix}`);
      expect(RedrivePolicy.maxReceiveCount).toBe(queueSettings[name].maximumReceives);
      expect(referred(RedrivePolicy.deadLetterTargetArn)).toBe(deadLetters.logicalId);
      expect(deadLetters.Properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
    },
  );

  it.each(["inbound", "pool", "timers", "mail", "deliveries"] as const)(
    "%s is patient for an hour, rings before it gives anything up, and keeps what it brings back",
    (name) => {
      const { maximumReceives, visibilitySeconds, fifo } = queueSettings[name];
      const tries = name === "inbound" ? limits.maxRouteTries : maximumReceives;
      expect(tries * visibilitySeconds).toBe(60 * 60);
      const alarm = alarms.find(({ Properties }) => Properties.AlarmName === `switchyard-${name}-waits-too-long`);
      const { Threshold, Period, EvaluationPeriods } = alarm!.Properties;
      expect(Threshold + Period * EvaluationPeriods).toBeLessThan(tries * visibilitySeconds);
      const { MessageRetentionPeriod } = named(`switchyard-${name}${fifo ? ".fifo" : ""}`).Properties;
      expect(maximumReceives * visibilitySeconds).toBeLessThan(MessageRetentionPeriod / 2);
      expect(maximumReceives).toBeLessThanOrEqual(1_000);
    },
  );

  it("of what customers wrote ring when something has failed twice, well before a pool's event that is at fault is given up", () => {
    for (const name of ["inbound", "pool"] as const) {
      const alarm = alarms.find(({ Properties }) => Properties.AlarmName === `switchyard-${name}-waits-too-long`);
      const { Threshold, Period, EvaluationPeriods } = alarm!.Properties;
      const { visibilitySeconds } = queueSettings[name];
      expect(Threshold).toBeGreaterThan(visibilitySeconds);
      expect(Threshold).toBeLessThan(2 * visibilitySeconds);
      const givenUpSeconds = (limits.maxPoolEventTries - 1) * visibilitySeconds;
      expect(Threshold + Period * EvaluationPeriods).toBeLessThan(givenUpSeconds);
    }
  });

  it("leave room for many of one customer's that fail, each for an hour, before SQS gives up what waits behind them", () => {
    expect(queueSettings.inbound.maximumReceives).toBeGreaterThan(10 * limits.maxRouteTries);
  });

  it("are encrypted and refuse what does not come over TLS", () => {
    const policies = resourcesOf(stateful, "AWS::SQS::QueuePolicy");
    const guarded = policies
      .filter(({ Properties }) => Properties.PolicyDocument.Statement.some(deniesPlainText))
      .flatMap(({ Properties }) => Properties.Queues.map((queue: unknown) => referred(queue)));
    expect(guarded.toSorted()).toEqual([...queues.keys()].toSorted());
    for (const queue of queues.values()) expect(queue.Properties.SqsManagedSseEnabled).toBe(true);
  });
});

describe("event source mappings", () => {
  it("give every queue exactly one worker", () => {
    expect(mappings.map((mapping) => sourceOf(mapping).logicalId).toSorted()).toEqual([...queues.keys()].toSorted());
  });

  it("take ten at a time at most, report each failure by itself, and leave concurrency to webhooks", () => {
    for (const { Properties } of mappings) {
      expect(Properties).toMatchObject({ FunctionResponseTypes: ["ReportBatchItemFailures"] });
      expect(Properties.BatchSize).toBeLessThanOrEqual(10);
      expect(Properties.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
      expect(Properties.ScalingConfig.MaximumConcurrency).toBeLessThanOrEqual(50);
    }
  });

  it("hide a message for at least six times as long as its worker may run; replies and files come again sooner", () => {
    for (const mapping of mappings) {
      const { VisibilityTimeout, QueueName } = sourceOf(mapping).Properties;
      const times = ["switchyard-outbound.fifo", "switchyard-media"].includes(QueueName) ? 2 : 6;
      expect(VisibilityTimeout).toBeGreaterThanOrEqual(times * targetOf(mapping).Properties.Timeout);
    }
  });

  it("give a batch of replies time enough though the provider answers none, and each its own before SQS gives up", () => {
    const { messagesPerBatch, maximumReceives, visibilitySeconds } = queueSettings.outbound;
    const { timeoutSeconds } = functionSettings.send;
    expect(messagesPerBatch * limits.sendTimeoutMs).toBeLessThan(timeoutSeconds * 1000);
    const heldUpMs = messagesPerBatch * (limits.sendNotTakenAtMostMs + limits.sendUnknownAtMostMs);
    expect(heldUpMs).toBeLessThan(maximumReceives * visibilitySeconds * 1000);
  });

  it("bring a reply whose outcome is unknown back when its absence is a proof, and the second time within two minutes", () => {
    const seconds = named("switchyard-outbound.fifo").Properties.VisibilityTimeout;
    expect(seconds * 1000).toBeGreaterThan(limits.sendAbsenceProvenAfterMs);
    expect(2 * seconds * 1000).toBeGreaterThan(limits.sendUnknownAtMostMs);
    expect(2 * seconds).toBeLessThanOrEqual(120);
    expect(limits.sendTimeoutMs / 1000).toBeLessThan(functionSettings.send.timeoutSeconds);
  });

  it("give the last event that is begun time enough though no receiver answers", () => {
    const milliseconds = limits.deliverBudgetMs + limits.webhookTimeoutMs;
    expect(milliseconds).toBeLessThan(functionSettings.deliver.timeoutSeconds * 1000);
  });

  it("give a file time to come, be taken for what it is and be stored, and give it up before SQS does", () => {
    const { messagesPerBatch, maximumReceives } = queueSettings.media;
    expect(messagesPerBatch).toBe(1);
    expect(limits.mediaTimeoutMs + 20_000).toBeLessThan(functionSettings.fetch.timeoutSeconds * 1000);
    expect(limits.maxMediaReceives).toBeLessThan(maximumReceives);
    expect(3 * limits.maxMediaBytes).toBeLessThan(functionSettings.fetch.memoryMegabytes * 1024 * 1024);
  });

  it("drain all dead letters, and nothing else, into Parked", () => {
    const drained = mappings.filter((mapping) => targetOf(mapping).Properties.FunctionName === "switchyard-drain");
    expect(drained.map((mapping) => sourceOf(mapping).Properties.QueueName).toSorted()).toEqual([
      "switchyard-dead-letters",
      "switchyard-dead-letters.fifo",
    ]);
  });
});

const deniesPlainText = (statement: any): boolean =>
  statement.Effect === "Deny" && statement.Condition?.Bool?.["aws:SecureTransport"] === "false";
