import { z } from "zod";
import { generatedName, interpreter } from "../template/interpreter.ts";
import { ignored, policyDocument, tags } from "./schema.ts";

const lifecycleRule = z.strictObject({
  Id: z.string().optional(),
  Status: z.enum(["Enabled", "Disabled"]),
  Prefix: z.string().optional(),
  ExpirationInDays: z.number().int().min(1).optional(),
  AbortIncompleteMultipartUpload: ignored("there are no uploads in parts here"),
  NoncurrentVersionExpiration: ignored("there are no versions here"),
});

const properties = z.strictObject({
  BucketName: z.string().optional(),
  BucketEncryption: ignored("encryption at rest is the disk's here"),
  PublicAccessBlockConfiguration: ignored("the gateway listens on this machine alone"),
  OwnershipControls: ignored("there is one account here"),
  LifecycleConfiguration: z.strictObject({ Rules: z.array(lifecycleRule) }).optional(),
  VersioningConfiguration: ignored("our functions read the newest version alone"),
  Tags: tags,
});

export const s3Bucket = interpreter({
  type: "AWS::S3::Bucket",
  properties,
  interpret(resource) {
    const { blueprint, account } = resource;
    const name = resource.properties.BucketName ?? generatedName(resource).toLowerCase();
    const rules = resource.properties.LifecycleConfiguration?.Rules ?? [];
    blueprint.buckets.push({
      name,
      expirations: rules.flatMap(({ Status, Prefix = "", ExpirationInDays: days }) =>
        Status === "Enabled" && days !== undefined ? [{ prefix: Prefix, days }] : [],
      ),
    });
    return {
      ref: name,
      attributes: {
        Arn: `arn:${account.partition}:s3:::${name}`,
        DomainName: `${name}.s3.${account.urlSuffix}`,
        RegionalDomainName: `${name}.s3.${account.region}.${account.urlSuffix}`,
      },
    };
  },
});

export const s3BucketPolicy = interpreter({
  type: "AWS::S3::BucketPolicy",
  properties: z.strictObject({ Bucket: z.string(), PolicyDocument: policyDocument }),
  interpret({ properties: policy, blueprint, account, logicalId }) {
    blueprint.resourcePolicies.push({
      resourceArn: `arn:${account.partition}:s3:::${policy.Bucket}`,
      statements: policy.PolicyDocument.Statement,
    });
    return { ref: logicalId };
  },
});
