import { holdersAt } from "./holders.ts";
import { joinAddresses } from "./join.ts";
import { addressProblem, ownAddress, scopeProblem, type Place } from "../core/address.ts";
import type { Capabilities } from "../core/capabilities.ts";
import type { Configuration } from "../core/configuration.ts";
import type { Customer, Identity } from "../core/customer.ts";
import { derivedId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";

/** What another system knows of a customer. */
export interface ImportedRecord {
  /** the other system's id: the same one names the same customer for ever, whatever their addresses are by then */
  externalId?: string;
  name?: string;
  /** ISO 639-1 */
  language?: string;
  attributes?: Record<string, string | number | boolean>;
  /** `consent`: they agreed to be written to there */
  addresses: (Place & { consent?: true })[];
}

/** A record can't be taken in as it is. */
export class RecordRefused extends Error {
  override name = "RecordRefused";
  /** e.g. `addresses[0].address` */
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/**
 * Takes a record in: its addresses become one customer's by the evidence "imported", and what it says of them is set.
 * Taking it in again changes nothing.
 *
 * @throws RecordRefused naming the field; KeptChanging when it may succeed later
 */
export async function importRecord(record: ImportedRecord, app: App): Promise<Customer> {
  const { externalId, name, language, attributes } = record;
  const addresses = record.addresses.map((address, position) => ownForm(address, position, app));
  const evidence = { kind: "imported", at: isoTime(app.clock.now()), ...(externalId && { by: externalId }) } as const;
  const customerId = externalId === undefined ? undefined : derivedId("cus", "imported", externalId);
  const customer = await joinAddresses({ addresses: each(addresses), evidence, customerId }, app);
  const agreed = addresses.filter((_, position) => record.addresses[position]!.consent);
  if (agreed.length > 0) await recordConsent(agreed, { at: evidence.at, by: externalId ?? "import" }, app);
  const names = new Set([...Object.keys(customer.attributes), ...Object.keys(attributes ?? {})]);
  if (names.size > limits.maxAttributes) {
    const problem = `The customer would have ${names.size} attributes; ${limits.maxAttributes} are kept: leave some out.`;
    throw new RecordRefused("attributes", problem);
  }
  return app.stores.customers.update(customer.id, { name, language, attributes });
}

/** The first word on it stays: it says since when. */
async function recordConsent(addresses: Place[], consent: NonNullable<Identity["consent"]>, app: App): Promise<void> {
  const { identities } = app.stores;
  const holdings = await holdersAt(addresses, consent.at, app);
  const open = holdings.flatMap(({ identity }) => (identity && identity.consent === undefined ? identity : []));
  await Promise.all(open.map(({ id }) => identities.setConsent(id, consent)));
}

const each = (addresses: Place[]): Place[] =>
  Array.from(new Map(addresses.map((address) => [JSON.stringify(address), address])).values());

function ownForm({ channel, address, inboxId }: Place, position: number, { config }: App): Place {
  const capabilities = Object.hasOwn(config.channels, channel) ? config.channels[channel] : undefined;
  if (!capabilities) {
    const channels = Object.keys(config.channels).join(", ");
    throw new RecordRefused(
      `addresses[${position}].channel`,
      `There is no channel "${channel}". There is: ${channels}.`,
    );
  }
  const own = ownAddress(address, capabilities);
  const problem = addressProblem(own, capabilities);
  if (problem !== undefined) throw new RecordRefused(`addresses[${position}].address`, problem);
  const problemOfInbox = inboxProblem({ channel, inboxId }, capabilities, config);
  if (problemOfInbox !== undefined) throw new RecordRefused(`addresses[${position}].inboxId`, problemOfInbox);
  return { channel, address: own, ...(inboxId !== undefined && { inboxId }) };
}

/** @returns what is wrong with it; undefined where nothing is */
function inboxProblem(
  { channel, inboxId }: Omit<Place, "address">,
  capabilities: Capabilities,
  { inboxes }: Configuration,
): string | undefined {
  const own = inboxes.filter((inbox) => inbox.channel === channel).map(({ id }) => id);
  const problem = scopeProblem({ channel, inboxId }, capabilities);
  const isKnown = inboxId === undefined || own.includes(inboxId);
  const wrong = problem ?? (isKnown ? undefined : `There is no inbox "${inboxId}" of "${channel}".`);
  return wrong !== undefined && capabilities.addressScope ? `${wrong} There is: ${own.join(", ") || "none"}.` : wrong;
}
