import type { Configuration } from "../../shared/core/configuration.ts";
import type { ProviderSide } from "./provider-side.ts";
import { SimulatedMailbox } from "./sim/mailbox.ts";
import { SimRouter } from "./sim/router.ts";
import { VouchingShop } from "./sim/vouch.ts";
import { SmtpDoor } from "./smtp.ts";
import type { Engines } from "./start-engines.ts";
import type { Blueprint } from "./template/blueprint.ts";

export interface CustomersSideOptions {
  configuration: Configuration;
  engines: Engines;
  blueprint: Blueprint;
  providers: ProviderSide;
  /** folder of the simulator's page */
  simDirectory: string;
}

/** Everything by which customers reach the router on this machine: phones, mailboxes, a web shop. */
export interface CustomersSide {
  sim: SimRouter;
  /** what the web shop signs with, where the templates have a chat */
  vouchSecret: string | undefined;
}

export function createCustomersSide(options: CustomersSideOptions): CustomersSide {
  const { configuration, engines, providers, simDirectory: pageDirectory } = options;
  const { clock, gateway, ses } = engines;
  const { inboxes } = configuration;
  const vouchSecret = vouchSecretOf(options);
  const inboxIds = inboxes.filter(({ channel }) => channel === "web").map(({ id }) => id);
  const mailbox = ses.receiving.hasRules ? new SimulatedMailbox({ ...ses, clock }) : undefined;
  const shop = vouchSecret === undefined ? undefined : new VouchingShop({ vouchSecret, inboxIds, clock });
  const sim = new SimRouter({ clock, meter: gateway.meter, providers, mailbox, shop, inboxes, pageDirectory });
  return { sim, vouchSecret };
}

function vouchSecretOf({ blueprint, engines }: CustomersSideOptions): string | undefined {
  const arn = Object.values(blueprint.outputs)
    .map((outputs) => outputs["WebSecretId"])
    .find(Boolean);
  if (arn === undefined) return undefined;
  const { vouchSecret } = JSON.parse(engines.secrets.valueOf(arn)) as { vouchSecret: string };
  return vouchSecret;
}

/**
 * The port for mail. With any port free to choose, an old data folder comes back at its old one where it can.
 *
 * @throws Error when the port is in use
 */
export async function listenForMail(
  { database, clock, ses }: Engines,
  { smtpPort, log }: { smtpPort: number; log(line: string): void },
): Promise<SmtpDoor> {
  const listen = (port: number): Promise<SmtpDoor> => SmtpDoor.listen({ port, receiving: ses.receiving, clock, log });
  const before = Number(database.setting("smtp.port") ?? 0);
  const door = smtpPort === 0 && before !== 0 ? await listen(before).catch(() => listen(0)) : await listen(smtpPort);
  await database.keepSetting("smtp.port", String(door.address.port));
  return door;
}
