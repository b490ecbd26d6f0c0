import * as z from "zod/mini";

/** Undefined where it is missing or not of that form: what lies beside an event never loses it. */
export const orNothing = <Schema extends z.ZodMiniType>(schema: Schema) =>
  z.pipe(
    z.optional(z.unknown()),
    z.transform((given): z.infer<Schema> | undefined => {
      const result = z.safeParse(schema, given);
      return result.success ? result.data : undefined;
    }),
  );

/** What is in the list and of that form; none where there is no list. */
export const listOf = <Schema extends z.ZodMiniType>(schema: Schema) =>
  z.pipe(
    z.optional(z.unknown()),
    z.transform((given): z.infer<Schema>[] =>
      (Array.isArray(given) ? given : []).flatMap((item: unknown) => {
        const result = z.safeParse(schema, item);
        return result.success ? [result.data] : [];
      }),
    ),
  );
