import { channels } from "../../shared/channels/registry.ts";
import type { Findings } from "./findings.ts";
import type { RouterFile } from "./schema.ts";

interface AddressForm {
  pattern: RegExp;
  /** completes "… is" */
  otherwise: string;
}

/** What our own address looks like on a channel, where it has a form. */
const addressForms: Record<string, AddressForm> = {
  sms: {
    // ITU-T E.164: a plus sign and at most 15 digits, the first of them not 0.
    pattern: /^(\+[1-9]\d{6,14}|\d{3,8})$/,
    otherwise: 'neither a number in E.164 form, such as "+15005550006", nor a short code of 3 to 8 digits',
  },
  email: {
    // RFC 5321, section 4.5.3.1: 64 octets before the @; what is behind a plus sign there is ours to add.
    pattern: /^[a-z0-9._-]{1,64}@([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/,
    otherwise: 'no mail address in lower case without a plus sign, such as "support@shop.example"',
  },
};

export function checkInboxes({ inboxes }: RouterFile, findings: Findings): void {
  findings.unique(
    "inbox",
    inboxes.map(({ id }, position) => ({ name: id, path: ["inboxes", position, "id"] })),
  );
  const addresses = inboxes.map(({ channel, address }, position) => ({
    name: `${channel} ${address}`,
    path: ["inboxes", position, "address"],
  }));
  findings.unique("address", addresses);
  const built = channels.map(({ name }) => name);
  for (const [position, { channel, address, origins }] of inboxes.entries()) {
    findings.reference("channel", channel, built, ["inboxes", position, "channel"]);
    const form = addressForms[channel];
    if (form && !form.pattern.test(address))
      findings.error(["inboxes", position, "address"], `"${address}" is ${form.otherwise}.`);
    if (origins && channel !== "web")
      findings.warn(
        ["inboxes", position, "origins"],
        "Only a web chat is opened from pages: nothing reads this.",
        true,
      );
  }
}
