/** What an address of a channel looks like, for those who bring addresses that no channel has seen. */
interface AddressForm {
  pattern: RegExp;
  /** follows "is not" */
  expected: string;
}

const forms: Record<string, AddressForm> = {
  sms: {
    pattern: /^\+[1-9]\d{1,14}$/,
    expected: 'a number in E.164: "+", the country\'s code and the number without its leading 0, e.g. +4915112345678',
  },
  email: {
    pattern: /^[^\s@"<>(),;:\\]+@[^\s@"<>(),;:\\]+$/u,
    expected: "a mail address, e.g. erika@example.org",
  },
  web: {
    pattern: /^user:.{1,128}$/u,
    expected: 'the id that you vouch for in the web chat behind "user:", e.g. user:4711',
  },
};

/** As the channel itself calls it: mailboxes are in lower case. */
export const ownAddress = (channel: string, address: string): string =>
  channel === "email" ? address.trim().toLowerCase() : address.trim();

/** @param address in the channel's own form @returns what is wrong with it; undefined where nothing is */
export function addressProblem(channel: string, address: string): string | undefined {
  const form = Object.hasOwn(forms, channel) ? forms[channel] : undefined;
  return form === undefined || form.pattern.test(address) ? undefined : `"${address}" is not ${form.expected}.`;
}
