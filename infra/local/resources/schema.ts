import { z } from "zod";

/*
 * Building blocks of the property schemas. Objects are strict everywhere: what a template says is either carried out,
 * or left out on purpose with `ignored`, or it stops the start.
 */

/** Accepted and not carried out, because nothing that runs on this machine could show a difference. */
export const ignored = (why: string): z.ZodType => z.unknown().optional().describe(why);

export const tags = ignored("tags name costs; nothing here costs anything");

/** One value or a list of them, as policies have it. */
const oneOrMore = z.union([z.string(), z.array(z.string())]);

export const policyDocument = z.strictObject({
  Version: z.string().optional(),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.enum(["Allow", "Deny"]),
      Action: oneOrMore,
      Resource: oneOrMore.optional(),
      Principal: z.unknown().optional(),
      Condition: z.unknown().optional(),
    }),
  ),
});
