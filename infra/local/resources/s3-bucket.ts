import { z } from "zod";
import { generatedName, interpreter } from "../template/interpreter.ts";
import { ignored, policyDocument, tags } from "./schema.ts";

const properties = z.strictObject({
  BucketName: z.string().optional(),
  BucketEncryption: ignored("encryption at rest is the disk's here"),
  PublicAccessBlockConfiguration: ignored("the gateway listens on this machine alone"),
  OwnershipControls: ignored("there is one account here"),
  LifecycleConfiguration: ignored("objects stay as long as the data folder"),
  VersioningConfiguration: ignored("our functions read the newest version alone"),
  Tags: tags,
});

export const s3Bucket = interpreter({
  type: "AWS::S3::Bucket",
  properties,
  interpret(resource) {
    const { blueprint, account } = resource;
    const name = resource.properties.BucketName ?? generatedName(resource).toLowerCase();
    blueprint.buckets.push({ name });
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
  interpret: (resource) => ({ ref: resource.logicalId }),
});
