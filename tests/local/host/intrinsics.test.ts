import { describe, expect, test } from "vitest";
import {
  evaluateCondition,
  type References,
  resolveValue,
  TemplateError,
  type TemplateValue,
} from "../../../infra/local/template/intrinsics.ts";

const references: References = {
  ref: (name) => (name === "AWS::NoValue" ? undefined : `<${name}>`),
  attribute: (logicalId, name) => `<${logicalId}.${name}>`,
  importValue: (name) => `<import ${name}>`,
  condition: (name) => name === "Yes",
  mapping: (map, first, second) => `<${map}.${first}.${second}>`,
};

describe("resolveValue", () => {
  const cases: [string, TemplateValue, TemplateValue | undefined][] = [
    ["Ref", { Ref: "Queue" }, "<Queue>"],
    ["Fn::GetAtt as a list", { "Fn::GetAtt": ["Queue", "Arn"] }, "<Queue.Arn>"],
    ["Fn::GetAtt as a text", { "Fn::GetAtt": "Queue.Endpoint.Url" }, "<Queue.Endpoint.Url>"],
    ["Fn::Sub", { "Fn::Sub": "a ${Queue} b ${Queue.Arn} ${!literal}" }, "a <Queue> b <Queue.Arn> ${literal}"],
    ["Fn::Sub with variables", { "Fn::Sub": ["${own}-${Queue}", { own: { Ref: "X" } }] }, "<X>-<Queue>"],
    ["Fn::Join over functions", { "Fn::Join": ["-", ["a", { Ref: "B" }]] }, "a-<B>"],
    ["Fn::Split and Fn::Select", { "Fn::Select": [1, { "Fn::Split": [",", "a,b"] }] }, "b"],
    ["Fn::If that holds", { "Fn::If": ["Yes", 1, 2] }, 1],
    ["Fn::If that does not", { "Fn::If": ["No", 1, { Ref: "B" }] }, "<B>"],
    ["Fn::ImportValue", { "Fn::ImportValue": "shared" }, "<import shared>"],
    ["Fn::FindInMap", { "Fn::FindInMap": ["M", "a", "b"] }, "<M.a.b>"],
    ["AWS::NoValue leaves the property out", { kept: 1, gone: { Ref: "AWS::NoValue" } }, { kept: 1 }],
    ["AWS::NoValue leaves the item out", [1, { Ref: "AWS::NoValue" }], [1]],
    ["what looks like no function stays", { Ref: "a", Other: "b" }, { Ref: "a", Other: "b" }],
  ];
  test.each(cases)("%s", (_name, value, expected) => {
    expect(resolveValue(value, references)).toEqual(expected);
  });

  test("an unknown function is named", () => {
    expect(() => resolveValue({ "Fn::Cidr": [] }, references)).toThrow(/Fn::Cidr is not supported/);
  });

  test.each<TemplateValue>([{ "Fn::Join": "x" }, { Ref: ["x"] }, { "Fn::Select": [5, ["a"]] }])(
    "a malformed function is an error: %j",
    (value) => {
      expect(() => resolveValue(value, references)).toThrow(TemplateError);
    },
  );
});

describe("evaluateCondition", () => {
  const cases: [TemplateValue, boolean][] = [
    [{ "Fn::Equals": ["<B>", { Ref: "B" }] }, true],
    [{ "Fn::Equals": ["", { Ref: "B" }] }, false],
    [{ "Fn::Not": [{ Condition: "Yes" }] }, false],
    [{ "Fn::And": [{ Condition: "Yes" }, { Condition: "No" }] }, false],
    [{ "Fn::Or": [{ Condition: "Yes" }, { Condition: "No" }] }, true],
  ];
  test.each(cases)("%j is %s", (condition, expected) => {
    expect(evaluateCondition(condition, references)).toBe(expected);
  });

  test("an unknown condition function is named", () => {
    expect(() => evaluateCondition({ "Fn::Contains": [] }, references)).toThrow(/Fn::Contains/);
  });
});
