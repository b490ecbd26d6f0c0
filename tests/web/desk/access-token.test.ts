import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../../../web/desk/api/problem.ts";
import { signedIn } from "../../../web/desk/api/signed-in.ts";
import { AccessToken, type Grant } from "../../../web/desk/access-token.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An issuer that gives another token for "r", and takes a moment for it. */
function issuer(answer: (count: number) => Grant | undefined) {
  const asked: string[] = [];
  const token = new AccessToken({ access_token: "t0", expires_in: 3600, refresh_token: "r" }, async (refreshToken) => {
    asked.push(refreshToken);
    await Promise.resolve();
    return answer(asked.length);
  });
  return { asked, token };
}

const always = (count: number): Grant => ({ access_token: `t${count}`, expires_in: 3600 });
const unauthorized = new Problem(401, "Unauthorized");

/** A router that takes no token but this one. */
const router = (good: string) => (token: string) =>
  token === good ? Promise.resolve("answer") : Promise.reject(unauthorized);

describe("an access token", () => {
  it("is renewed before it ends, again and again, by the refresh token that stays good", async () => {
    const { asked, token } = issuer(always);
    await vi.advanceTimersByTimeAsync(57 * 60_000);
    expect(token.value).toBe("t0");
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(token.value).toBe("t1");
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(token.value).toBe("t2");
    expect(asked).toEqual(["r", "r"]);
  });

  it("is renewed by the refresh token that came last", async () => {
    const { asked, token } = issuer((count) => ({ ...always(count), refresh_token: `r${count}` }));
    await token.renew("t0");
    await token.renew("t1");
    expect(asked).toEqual(["r", "r1"]);
  });

  it("is asked for once, however many calls were refused with the one before", async () => {
    const { asked, token } = issuer(always);
    const calls = [1, 2, 3].map(() => signedIn({ token }, router("t1")));
    expect(await Promise.all(calls)).toEqual(["answer", "answer", "answer"]);
    expect(await token.renew("t0")).toBe(true);
    expect(asked).toEqual(["r"]);
  });

  it("has ended where the issuer refuses, or gave nothing to renew it by: the refusal is told, and nobody is asked again", async () => {
    const { asked, token } = issuer(() => undefined);
    await expect(signedIn({ token }, router("t1"))).rejects.toBe(unauthorized);
    await expect(signedIn({ token }, router("t1"))).rejects.toBe(unauthorized);
    expect(asked).toEqual(["r"]);
    const short = new AccessToken({ access_token: "t0", expires_in: 3600 }, () => Promise.reject(new Error("asked")));
    await expect(signedIn({ token: short }, router("t1"))).rejects.toBe(unauthorized);
  });

  it("is not asked for because of other failures", async () => {
    const { asked, token } = issuer(always);
    const refusal = new Problem(409, "No.");
    await expect(signedIn({ token }, () => Promise.reject(refusal))).rejects.toBe(refusal);
    expect(asked).toEqual([]);
  });

  it("holds still where no answer came, and is asked for again", async () => {
    const { token } = issuer((count) => {
      if (count === 1) throw new TypeError("Failed to fetch");
      return always(count);
    });
    await expect(token.renew("t0")).rejects.toThrow(TypeError);
    expect(await token.renew("t0")).toBe(true);
  });
});
