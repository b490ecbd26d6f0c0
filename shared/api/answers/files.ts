import * as z from "zod/mini";
import { id } from "../fields.ts";

export const fileAnswers = {
  uploadFile: z.object({
    id: id.check(z.describe("what a reply names it by, within seven days")),
    contentType: z.string().check(z.describe("as its content shows")),
    bytes: z.int(),
    name: z.string(),
  }),
} as const;
