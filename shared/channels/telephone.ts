/** ITU-T E.164 */
export const e164 = "^\\+[1-9]\\d{1,14}$";

/**
 * Where one mobile number is written in two ways, the one that names it (`Capabilities.sameAddress`): with the ninth digit in
 * Brazil, with the 9 behind Argentina's code, and without the 1 that Mexico had behind its own.
 *
 * WhatsApp names a customer in either.
 *
 * @see https://support.gupshup.io/hc/en-us/articles/4407840924953 (Brazil and Mexico)
 * @see https://support.whapi.cloud/help-desk/specifics-of-sending-messages-to-numbers-of-different-countries (Argentina)
 */
export const mobileForms = [
  { pattern: "^\\+55(?<area>[1-9]\\d)(?<number>[6-9]\\d{7})$", replacement: "+55$<area>9$<number>" },
  { pattern: "^\\+54(?<number>[1-8]\\d{9})$", replacement: "+549$<number>" },
  { pattern: "^\\+521(?<number>\\d{10})$", replacement: "+52$<number>" },
];
