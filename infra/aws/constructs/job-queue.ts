import { Duration } from "aws-cdk-lib/core";
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { drainVisibilitySeconds, type QueueSettings } from "../settings.ts";

export interface JobQueueProps extends QueueSettings {
  /** without suffix */
  queueName: string;
}

/**
 * A queue of jobs for one worker, with its dead letters.
 *
 * FIFO queues run in high-throughput mode, where order, deduplication and quota count per message group (SQS guide,
 * "High throughput for FIFO queues"). Deduplication ids are given by the sender, never derived from the content: two
 * customers' messages may read the same.
 */
export class JobQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: JobQueueProps) {
    super(scope, id);
    const suffix = props.fifo ? ".fifo" : "";
    const common: QueueProps = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      receiveMessageWaitTime: Duration.seconds(20),
      retentionPeriod: Duration.days(14),
      ...(props.fifo && {
        fifo: true,
        contentBasedDeduplication: false,
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      }),
    };
    this.deadLetters = new Queue(this, "DeadLetters", {
      ...common,
      queueName: `${props.queueName}-dead-letters${suffix}`,
      visibilityTimeout: Duration.seconds(drainVisibilitySeconds),
    });
    this.queue = new Queue(this, "Queue", {
      ...common,
      queueName: `${props.queueName}${suffix}`,
      visibilityTimeout: Duration.seconds(props.visibilitySeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maximumReceives },
    });
  }
}
