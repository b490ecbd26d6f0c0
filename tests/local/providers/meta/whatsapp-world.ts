import type { CustomerAction } from "../../../../infra/local/providers/meta/whatsapp/customer.ts";
import type { SendRequest } from "../../../../shared/channels/channel.ts";
import { whatsapp } from "../../../../shared/channels/whatsapp/index.ts";
import type { InboundMessage, StatusUpdate } from "../../../../shared/core/message.ts";
import {
  accessToken,
  config,
  customer,
  phoneNumberId,
  secret,
  sendRequest,
} from "../../../channels/whatsapp/samples.ts";
import { MetaWorld, type WorldOptions } from "./world.ts";

export const link = "https://messages.example.com/files/token";

/** WhatsApp's side of it. */
export class World extends MetaWorld {
  constructor(options?: WorldOptions) {
    const numbers = [{ phoneNumberId, displayNumber: "+1 555 078 3881" }];
    const templates = [{ name: "order_update", language: "en", body: "Hi {{1}}, your order {{2}} is here." }];
    super({ channels: [whatsapp], config, accessToken, secret, numbers, templates, accounts: [] }, options);
  }

  does(action: Partial<CustomerAction>) {
    return this.meta.whatsapp.inbound({ from: customer, to: phoneNumberId, ...action });
  }

  send(change: Partial<SendRequest> = {}) {
    return whatsapp.send({ ...sendRequest, ...change }, this.ports);
  }

  messages(): InboundMessage[] {
    return this.parsed().filter((event) => event.kind === "message");
  }

  statuses(): StatusUpdate[] {
    return this.parsed().filter((event) => event.kind === "status");
  }
}
