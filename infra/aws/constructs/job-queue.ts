import { Duration } from "aws-cdk-lib/core";
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { drainVisibilitySeconds, type QueueSettings } from "../settings.ts";

/**
 * FIFO queues run in high-throughput mode, where order, deduplication and quota count per message group (SQS guide,
 * "High throughput for FIFO queues"). Deduplication ids are given by the sender, never derived from the content: two
 * customers' messages may read the same.
 */
const common = (fifo: boolean): QueueProps => ({
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  receiveMessageWaitTime: Duration.seconds(20),
  retentionPeriod: Duration.days(14),
  ...(fifo && {
    fifo: true,
    contentBasedDeduplication: false,
    deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
    fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
  }),
});

/**
 * What failed too often. All queues of a kind share one, since each that is polled costs what 650,000 requests cost a
 * month; a message tells which it comes from (`DeadLetterQueueSourceArn`).
 */
export class DeadLetters extends Construct {
  readonly fifo: Queue;
  readonly standard: Queue;

  constructor(scope: Construct, id: string, deployment: string) {
    super(scope, id);
    const visibilityTimeout = Duration.seconds(drainVisibilitySeconds);
    const queueName = `${deployment}-dead-letters`;
    this.fifo = new Queue(this, "Fifo", { ...common(true), queueName: `${queueName}.fifo`, visibilityTimeout });
    this.standard = new Queue(this, "Standard", { ...common(false), queueName, visibilityTimeout });
  }
}

export interface JobQueueProps extends QueueSettings {
  /** without suffix */
  queueName: string;
  deadLetters: DeadLetters;
}

/** A queue of jobs for one worker. */
export class JobQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { queueName, deadLetters, ...settings }: JobQueueProps) {
    super(scope, id);
    const { fifo, visibilitySeconds, maximumReceives } = settings;
    this.queue = new Queue(this, "Queue", {
      ...common(fifo),
      queueName: fifo ? `${queueName}.fifo` : queueName,
      visibilityTimeout: Duration.seconds(visibilitySeconds),
      deadLetterQueue: { queue: fifo ? deadLetters.fifo : deadLetters.standard, maxReceiveCount: maximumReceives },
    });
  }
}
