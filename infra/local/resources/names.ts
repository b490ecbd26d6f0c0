/** The last part of a function's ARN, or the name itself. */
export const functionNameOf = (nameOrArn: string): string => nameOrArn.replace(/^arn:.*:function:/, "");

/**
 * The function behind an API's integration.
 *
 * @param uri its ARN (HTTP API), or `arn:…:lambda:path/2015-03-31/functions/<function's ARN>/invocations` (WebSocket API)
 * @returns the function's ARN
 */
export const functionArnOf = (uri: string): string => /functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
