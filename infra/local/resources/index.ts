import type { Interpreter } from "../template/interpreter.ts";
import { acceptedTypes, logsLogGroup } from "./accepted.ts";
import {
  apigatewayApi,
  apigatewayAuthorizer,
  apigatewayIntegration,
  apigatewayRoute,
  apigatewayStage,
} from "./apigateway-v2.ts";
import { cognitoUserPool, cognitoUserPoolClient, cognitoUserPoolDomain, cognitoUserPoolGroup } from "./cognito.ts";
import { dynamodbTable } from "./dynamodb-table.ts";
import { eventsRule } from "./events-rule.ts";
import { iamPolicy, iamRole } from "./iam.ts";
import { lambdaEventSourceMapping } from "./lambda-event-source-mapping.ts";
import { lambdaFunction } from "./lambda-function.ts";
import { lambdaPermission } from "./lambda-permission.ts";
import { s3Bucket, s3BucketPolicy } from "./s3-bucket.ts";
import { secretsmanagerSecret } from "./secretsmanager-secret.ts";
import { sesConfigurationSet, sesEventDestination, sesReceiptRule, sesReceiptRuleSet } from "./ses.ts";
import { snsSubscription, snsTopic, snsTopicPolicy } from "./sns.ts";
import { sqsQueue, sqsQueuePolicy } from "./sqs-queue.ts";

/** Every resource type that a template may hold; any other stops the start. */
export const interpreters = new Map<string, Interpreter>(
  [
    dynamodbTable,
    sqsQueue,
    sqsQueuePolicy,
    s3Bucket,
    s3BucketPolicy,
    secretsmanagerSecret,
    snsTopic,
    snsTopicPolicy,
    snsSubscription,
    sesConfigurationSet,
    sesEventDestination,
    sesReceiptRuleSet,
    sesReceiptRule,
    iamRole,
    iamPolicy,
    lambdaFunction,
    lambdaEventSourceMapping,
    lambdaPermission,
    apigatewayApi,
    apigatewayStage,
    apigatewayIntegration,
    apigatewayRoute,
    apigatewayAuthorizer,
    eventsRule,
    cognitoUserPool,
    cognitoUserPoolGroup,
    cognitoUserPoolClient,
    cognitoUserPoolDomain,
    logsLogGroup,
    ...acceptedTypes,
  ].map((each) => [each.type, each]),
);
