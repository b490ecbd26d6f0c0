import { expect, test } from "vitest";
import { composeMail } from "../../../shared/channels/email/compose.ts";
import { email } from "../../../shared/channels/email/index.ts";
import { sendRequest } from "./samples.ts";

const reachable = new RegExp(email.capabilities.reachableAddress!);

test("an address that the gate lets through is one that a mail can be composed for", async () => {
  const addresses = Array.from({ length: 0x300 }, (_, code) => `an${String.fromCharCode(code)}na@example.org`);
  const mails = await Promise.all(
    addresses.filter((to) => reachable.test(to)).map((to) => composeMail({ ...sendRequest, to }, [])),
  );
  expect(mails.length).toBeGreaterThan(0x200);
  expect(reachable.test("anna\u0001@example.org")).toBe(false);
});
