import * as z from "zod/mini";
import { limits } from "../core/limits.ts";

/** A provider's id of a message, where it names one: without it nobody knows what became of the message. */
export const providerIdSchema = z.string().check(z.minLength(1), z.maxLength(limits.maxProviderIdCharacters));
