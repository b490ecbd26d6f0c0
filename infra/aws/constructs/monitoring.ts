import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  TextWidget,
  TreatMissingData,
  type IMetric,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Topic, type ITopic } from "aws-cdk-lib/aws-sns";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { DeadLetters, JobQueue } from "./job-queue.ts";
import { reconcileMinutes, type EachFunction, type EachQueue, type QueueName } from "../settings.ts";

export interface MonitoringProps {
  deployment: string;
  queues: EachQueue<JobQueue>;
  deadLetters: DeadLetters;
  functions: EachFunction<LambdaFunction>;
  httpApi: HttpApi;
  /** SNS topic that every alarm notifies; undefined: alarms only show in CloudWatch */
  alarmTopicArn: string | undefined;
}

interface AlarmSettings {
  metric: IMetric;
  threshold: number;
  /** of the metric in a row, each a minute where nothing else is said */
  periods: number;
  /** heading in docs/runbook.md */
  runbook: string;
}

const minute = Duration.minutes(1);

/** A job that waits longer than this for so long is held up by more than a slow minute. */
const oldestJob = { threshold: 300, periods: 3 };

/**
 * What customers wrote comes again after a minute: what is there still half a minute later has failed twice. No later, as the
 * metric may leave out what was received three times (SQS guide, "Available CloudWatch metrics").
 */
const oldestOfCustomers = { threshold: 90, periods: 1 };

const ofCustomers: readonly string[] = ["inbound", "pool"] satisfies QueueName[];

/**
 * Alarms and one dashboard. An alarm costs as much a month as 20,000 routed messages, so each tells something that no
 * other does:
 *
 * - a worker that fails or is throttled shows as the age of its queue, and then as dead letters;
 * - `drain` is invoked by nothing but dead letters;
 * - what a caller of the HTTP API meets shows as its 5xx; throttles of webhooks and API are told apart, since what to do
 *   about them is something else;
 * - behind the sockets nothing stands but the function itself.
 */
export class Monitoring extends Construct {
  private readonly deployment: string;
  private readonly topic: ITopic | undefined;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.deployment = props.deployment;
    this.topic = props.alarmTopicArn ? Topic.fromTopicArn(this, "AlarmTopic", props.alarmTopicArn) : undefined;
    this.watchQueues(props.queues);
    this.watchDeadLetters(props.deadLetters);
    this.watchFunctions(props.functions);
    this.alarm("webhooks-and-api-fail", {
      metric: props.httpApi.metricServerError({ period: minute }),
      threshold: 5,
      periods: 3,
      runbook: "The HTTP API answers 5xx",
    });
    this.dashboard(props);
  }

  private watchQueues(queues: EachQueue<JobQueue>): void {
    for (const [name, { queue }] of Object.entries(queues)) {
      this.alarm(`${name}-waits-too-long`, {
        metric: queue.metricApproximateAgeOfOldestMessage({ period: minute }),
        ...(ofCustomers.includes(name) ? oldestOfCustomers : oldestJob),
        runbook: "A queue's oldest message is too old",
      });
    }
  }

  private watchDeadLetters({ fifo, standard }: DeadLetters): void {
    for (const [name, queue] of Object.entries({ "fifo-dead-letters": fifo, "dead-letters": standard })) {
      this.alarm(`${name}-stay`, {
        metric: queue.metricApproximateNumberOfMessagesVisible({ period: minute }),
        threshold: 1,
        periods: 10,
        runbook: "Dead letters stay",
      });
    }
  }

  private watchFunctions(functions: EachFunction<LambdaFunction>): void {
    this.alarm("dead-letters-arrive", {
      metric: functions.drain.metricInvocations({ period: minute }),
      threshold: 1,
      periods: 1,
      runbook: "Dead letters arrive",
    });
    this.alarm("sweep-fails", {
      metric: functions.sweep.metricErrors({ period: minute }),
      threshold: 1,
      periods: 3,
      runbook: "The sweep fails",
    });
    if (functions.reconcile) {
      this.alarm("reconcile-fails", {
        metric: functions.reconcile.metricErrors({ period: Duration.minutes(reconcileMinutes) }),
        threshold: 1,
        periods: 2,
        runbook: "Providers' lists can't be compared",
      });
    }
    for (const [name, handler] of Object.entries({ socket: functions.socket, chat: functions.chat })) {
      if (!handler) continue;
      this.alarm(`${name}-fails`, {
        metric: handler.metricErrors({ period: minute }),
        threshold: 1,
        periods: 3,
        runbook: "A socket's function fails",
      });
    }
    for (const name of ["ingest", "api"] as const) {
      this.alarm(`${name}-is-throttled`, {
        metric: functions[name].metricThrottles({ period: minute }),
        threshold: 1,
        periods: 1,
        runbook: "A function is throttled",
      });
    }
  }

  private alarm(name: string, { metric, threshold, periods, runbook }: AlarmSettings): void {
    const alarm = new Alarm(this, name, {
      alarmName: `${this.deployment}-${name}`,
      alarmDescription: `docs/runbook.md, "${runbook}"`,
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.topic) alarm.addAlarmAction(new SnsAction(this.topic));
  }

  private dashboard({ deployment, queues, deadLetters, functions, httpApi }: MonitoringProps): void {
    const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12, height: 6 });
    const eachQueue = (metric: (queue: JobQueue) => IMetric) => Object.values(queues).map(metric);
    const eachFunction = (metric: (handler: LambdaFunction) => IMetric) => Object.values(functions).map(metric);
    const dashboard = new Dashboard(this, "Dashboard", { dashboardName: deployment });
    dashboard.addWidgets(
      new TextWidget({
        markdown: `# ${deployment}\nWhat to do about each alarm: docs/runbook.md`,
        width: 24,
        height: 2,
      }),
    );
    dashboard.addWidgets(
      graph("Requests", [httpApi.metricCount(), httpApi.metricClientError(), httpApi.metricServerError()]),
      graph(
        "Oldest message, seconds",
        eachQueue(({ queue }) => queue.metricApproximateAgeOfOldestMessage()),
      ),
      graph(
        "Waiting jobs",
        eachQueue(({ queue }) => queue.metricApproximateNumberOfMessagesVisible()),
      ),
      graph(
        "Dead letters received",
        [deadLetters.fifo, deadLetters.standard].map((queue) => queue.metricNumberOfMessagesReceived()),
      ),
      graph(
        "Function errors",
        eachFunction((handler) => handler.metricErrors()),
      ),
      graph(
        "Function time, p99 ms",
        eachFunction((handler) => handler.metricDuration({ statistic: "p99" })),
      ),
    );
  }
}
