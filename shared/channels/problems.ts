import type * as z from "zod/mini";

/**
 * The fields at fault and what is wrong with each, never what stands in them.
 *
 * @param name of what was read, where its fields alone would not tell
 */
export const problemsOf = ({ issues }: z.core.$ZodError, name?: string): string =>
  issues
    .map(({ path, code }) => `${[...(name === undefined ? [] : [name]), ...path].join(".") || "(top level)"}: ${code}`)
    .join("; ");
