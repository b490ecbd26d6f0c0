import type { Blueprint } from "./blueprint.ts";
import { TemplateError } from "./intrinsics.ts";

/**
 * On AWS an API or a rule may call a function only where a permission says so; without one every call fails.
 *
 * @throws TemplateError naming what would fail
 */
export function checkInvokePermissions(blueprint: Blueprint): void {
  const allowed = new Set(
    blueprint.permissions
      .filter(({ action }) => action === "lambda:InvokeFunction")
      .map(({ functionName, principal }) => `${principal} ${functionName}`),
  );
  const require = (functionArn: string, principal: string, who: string): void => {
    const target = blueprint.functions.find((each) => each.arn === functionArn);
    if (!target) throw new TemplateError(`${who} calls ${functionArn}, which is no function of these templates`);
    if (!allowed.has(`${principal} ${target.name}`))
      throw new TemplateError(`${who} calls ${target.name}, but no AWS::Lambda::Permission lets ${principal} do so`);
  };
  for (const { apiId, functionArn } of blueprint.integrations)
    require(functionArn, "apigateway.amazonaws.com", `an integration of the API ${apiId}`);
  for (const { name, targets } of blueprint.schedules)
    for (const { functionArn } of targets) require(functionArn, "events.amazonaws.com", `the rule ${name}`);
}
