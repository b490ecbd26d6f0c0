import { channelOf, channels } from "../../shared/channels/registry.ts";
import type { Channel } from "../../shared/channels/channel.ts";
import { isTimeZone } from "./checkHours.ts";
import { indistinguishableFrom, isCountry } from "./countries.ts";
import type { Findings } from "./findings.ts";
import type { Path } from "./problem.ts";
import type { InboxEntry, RouterFile } from "./schema.ts";

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
  for (const [position, inbox] of inboxes.entries()) checkInbox(inbox, ["inboxes", position], findings);
}

function checkInbox(inbox: InboxEntry, path: Path, findings: Findings): void {
  const channel = channelOf(inbox);
  if (!channel) return checkCarrier(inbox, path, findings);
  const { pattern, expected } = channel.inboxAddress;
  if (!pattern.test(inbox.address)) findings.error([...path, "address"], `"${inbox.address}" is not ${expected}.`);
  checkUnread(inbox, channel, path, findings);
  checkCountries(inbox, path, findings);
  const { quietHours } = inbox;
  if (quietHours && !isTimeZone(quietHours.timeZone))
    findings.error(
      [...path, "quietHours", "timeZone"],
      `"${quietHours.timeZone}" is no time zone: write its IANA name, such as "Europe/Berlin".`,
    );
}

function checkCarrier({ channel, provider }: InboxEntry, path: Path, findings: Findings): void {
  const carriers = channels.filter(({ name }) => name === channel);
  const known = carriers.flatMap((each) => each.provider ?? []);
  if (carriers.length === 0)
    findings.reference("channel", channel, Array.from(new Set(channels.map(({ name }) => name))), [...path, "channel"]);
  else if (provider !== undefined)
    findings.reference(["provider", `of the channel "${channel}"`], provider, known, [...path, "provider"]);
}

/** Keys that this channel makes nothing of. */
function checkUnread(inbox: InboxEntry, { capabilities, media }: Channel, path: Path, findings: Findings): void {
  const { needsReplyUrl, telephone } = capabilities;
  const unread = (key: keyof InboxEntry, reads: boolean, reason: string): void => {
    if (inbox[key] !== undefined && !reads) findings.warn([...path, key], `${reason}: nothing reads this.`, true);
  };
  unread("origins", inbox.channel === "web", "Only a web chat is opened from pages");
  unread("replyUrl", needsReplyUrl === true, "Only a custom channel posts its replies to an address");
  unread("mediaHosts", media?.onOwnHosts === true, "Only a custom channel's files lie on hosts of your own");
  unread("countries", telephone === true, "Only telephone numbers belong to countries");
  if (needsReplyUrl && inbox.replyUrl === undefined)
    findings.warn(path, `"${inbox.id}" has no replyUrl: it takes messages in, and no reply can leave it.`);
}

function checkCountries({ countries = [], spendCap }: InboxEntry, path: Path, findings: Findings): void {
  const priced = Object.keys(spendCap?.prices ?? {}).filter((key) => key !== "default");
  for (const [position, code] of countries.entries())
    if (!isCountry(code)) findings.error([...path, "countries", position], unknownCountry(code));
  for (const code of priced)
    if (!isCountry(code)) findings.error([...path, "spendCap", "prices", code], unknownCountry(code), true);
  const along = indistinguishableFrom(countries.filter(isCountry));
  if (along.length > 0)
    findings.warn(
      [...path, "countries"],
      `Numbers of ${along.join(", ")} look the same, so these are allowed as well.`,
      true,
    );
}

const unknownCountry = (code: string): string =>
  `"${code}" is no country with telephone numbers: write its ISO 3166 code, such as "DE".`;
