import type { Session } from "../session.ts";
import { isSignedOut } from "./problem.ts";

/** Calls as the session's user, and once more where their token has ended and another one came. @throws as `call` does */
export async function signedIn<Answer>(
  { token }: Pick<Session, "token">,
  call: (token: string) => Promise<Answer>,
): Promise<Answer> {
  const used = token.value;
  try {
    return await call(used);
  } catch (error) {
    if (!isSignedOut(error) || !(await token.renew(used))) throw error;
    return call(token.value);
  }
}
