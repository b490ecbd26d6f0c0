import type { Blueprint } from "./template/blueprint.ts";
import { account } from "./template/interpret.ts";

/** AWS's addresses of what the templates create, each with the address at which this machine serves it. */
export class Addresses {
  readonly #pairs: [from: string, to: string][] = [];

  constructor(blueprint: Blueprint, local: { baseUrl: string; gatewayUrl: string }) {
    for (const { id, protocol } of blueprint.apis) {
      const host = apiDomain(id);
      if (protocol === "HTTP") this.#pairs.push([`https://${host}`, local.baseUrl]);
      else
        this.#pairs.push(
          [`wss://${host}`, local.baseUrl.replace(/^http/, "ws")],
          [`https://${host}`, `${local.gatewayUrl}/execute-api/${id}`],
        );
    }
    for (const { origin } of blueprint.userPoolDomains) this.#pairs.push([origin, issuerUrl(local.baseUrl)]);
  }

  /** A text of the template with every such address replaced, as a hosts file would. */
  local(text: string): string {
    return this.#pairs.reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
  }
}

export const apiDomain = (apiId: string): string => `${apiId}.execute-api.${account.region}.${account.urlSuffix}`;

export const issuerUrl = (baseUrl: string): string => `${baseUrl}/issuer`;
