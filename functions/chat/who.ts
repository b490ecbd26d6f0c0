import { isUserAddress, webChannel } from "../../shared/channels/web/address.ts";
import { isSessionToken, readSession, sessionToken } from "../../shared/channels/web/session.ts";
import { readVouch, type VouchedPerson } from "../../shared/channels/web/vouch.ts";
import { ownAddress, type Place } from "../../shared/core/address.ts";
import type { Inbox } from "../../shared/core/inbox.ts";
import { identityIdOf, timeSortedId } from "../../shared/core/ids.ts";
import { joinAddresses } from "../../shared/flow/join.ts";
import type { App } from "../../shared/ports/app.ts";
import { isoTime } from "../../shared/ports/clock.ts";

/** Whose chat it is, with a token by which they come back. */
export type Who = { ok: true; address: string; sessionToken: string } | { ok: false; reason: string };

/** @param tokens as they were offered: a session's, a vouch, both, or none */
export async function whoIsThere(tokens: string[], inbox: Inbox, app: App): Promise<Who> {
  const sessions = tokens.filter(isSessionToken);
  const vouches = tokens.filter((token) => !isSessionToken(token));
  if (sessions.length > 1 || vouches.length > 1)
    return { ok: false, reason: "More than one session token or more than one vouch was offered." };
  const [session, vouch] = [sessions[0], vouches[0]];
  const signing = await app.secrets.get("signing");
  const now = app.clock.now();
  const resumed = session === undefined ? undefined : readSession(session, inbox.id, signing, now);
  const admitted = (address: string): Who => ({
    ok: true,
    address,
    sessionToken: sessionToken({ address, inboxId: inbox.id }, signing, now),
  });
  if (vouch !== undefined) {
    const read = readVouch(vouch, inbox.id, await app.secrets.get(webChannel), now);
    if (!read.ok) return { ok: false, reason: `The vouch was not accepted: ${read.reason}.` };
    // Whoever is vouched for needs no session: one that has expired only brings no earlier messages along.
    await joinPerson(read.person, resumed?.ok === true ? resumed.address : undefined, app);
    return admitted(read.person.address);
  }
  if (!resumed) return admitted(timeSortedId("ses", now, app.random.bytes(10)));
  if (!resumed.ok) return { ok: false, reason: `The session token was not accepted: ${resumed.reason}.` };
  return admitted(resumed.address);
}

/** All that the vouch names is one person's, and so is the session that was theirs before anybody knew them. */
async function joinPerson(person: VouchedPerson, session: string | undefined, app: App): Promise<void> {
  const evidence = { kind: "vouched" as const, at: isoTime(app.clock.now()), by: person.address };
  const own = session !== undefined && (await isUnclaimed(session, person.address, app));
  const named = person.addresses.map((each) => ownForm(each, app));
  const addresses = own ? [...named, { channel: webChannel, address: session }] : named;
  const customer = await joinAddresses({ addresses, evidence }, app);
  if (person.name !== undefined && customer.name === undefined)
    await app.stores.customers.update(customer.id, { name: person.name });
}

/** The company may know a number in another form than the one that names an identity. */
function ownForm({ channel, address }: Place, { config }: App): Place {
  const capabilities = config.channels[channel];
  return { channel, address: capabilities ? ownAddress(address, capabilities) : address };
}

/** At a browser that several people share, what one of them wrote is never the next one's. */
async function isUnclaimed(session: string, address: string, app: App): Promise<boolean> {
  if (isUserAddress(session)) return false;
  const identity = await app.stores.identities.get(identityIdOf(webChannel, session));
  return !identity?.evidence.some(({ kind, by }) => kind === "vouched" && by !== address);
}
