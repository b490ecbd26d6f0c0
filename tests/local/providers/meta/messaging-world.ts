import type { MessagingAction } from "../../../../infra/local/providers/meta/messaging/events.ts";
import type { LookupRequest, SendRequest } from "../../../../shared/channels/channel.ts";
import { instagram } from "../../../../shared/channels/instagram/index.ts";
import { messenger } from "../../../../shared/channels/messenger/index.ts";
import {
  config,
  instagramSubject,
  messengerSubject,
  secret as secretOfTwo,
  sendRequest,
} from "../../../channels/messenger-platform/samples.ts";
import { MetaWorld, startMs, type WorldOptions } from "./world.ts";

const accessToken = "token-of-the-page";
const secret = {
  ...secretOfTwo,
  accessTokens: Object.fromEntries(Object.keys(secretOfTwo.accessTokens).map((address) => [address, accessToken])),
};

export const subjects = [
  { name: "messenger" as const, channel: messenger, subject: messengerSubject },
  { name: "instagram" as const, channel: instagram, subject: instagramSubject },
];
export type Side = (typeof subjects)[number];

/** Messenger's and Instagram's side of it. */
export class World extends MetaWorld {
  constructor(options?: WorldOptions) {
    const accounts = subjects.map(({ name, subject }) => ({ channel: name, id: subject.inbox.address }));
    const channels = subjects.map(({ channel }) => channel);
    super({ channels, config, accessToken, secret, numbers: [], accounts }, options);
  }

  does({ subject }: Side, action: Partial<MessagingAction>) {
    return this.meta.messaging.inbound({ from: subject.customer, to: subject.inbox.address, ...action });
  }

  send({ channel, subject }: Side, change: Partial<SendRequest> = {}) {
    return channel.send({ ...sendRequest(subject), secret, ...change }, this.ports);
  }

  lookUp({ channel, subject }: Side, change: Partial<LookupRequest> = {}) {
    const request = { attemptedAt: startMs, now: this.clock.now(), isTaken: async () => false };
    return channel.lookup({ ...sendRequest(subject), secret, ...request, ...change }, this.ports);
  }
}
