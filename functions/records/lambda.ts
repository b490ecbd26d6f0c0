import middy from "@middy/core";
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { run } from "./run.ts";
import { foreignHttp } from "../../shared/adapters/foreign-http.ts";
import { answerErrors, resultOf, signedInRequestOf, startApp } from "../wiring.ts";

const app = startApp({ foreignHttp: foreignHttp() });

export const handler = middy<APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2>()
  .use(answerErrors(app))
  .handler(async (event) => resultOf(await run(signedInRequestOf(event), app)));
