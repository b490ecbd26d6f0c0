import type { Configuration } from "../core/configuration.ts";
import type { Blobs } from "./blobs.ts";
import type { Clock } from "./clock.ts";
import type { ForeignHttp, Http } from "./http.ts";
import type { Log } from "./log.ts";
import type { Mail } from "./mail.ts";
import type { MediaHttp } from "./media.ts";
import type { Queues } from "./queues.ts";
import type { Random } from "./random.ts";
import type { Secrets } from "./secrets.ts";
import type { Sockets } from "./sockets.ts";
import type { Stores } from "./stores.ts";

/** Everything a function may touch, in one bag that each host fills in its own way. */
export interface App {
  config: Configuration;
  clock: Clock;
  random: Random;
  log: Log;
  stores: Stores;
  queues: Queues;
  blobs: Blobs;
  /** to providers, whose addresses are ours to choose */
  http: Http;
  /** to addresses that others chose: never to one that is not public */
  foreignHttp: ForeignHttp;
  /** files that customers sent, from their provider's machines alone */
  mediaHttp: MediaHttp;
  mail: Mail;
  secrets: Secrets;
  /** connections of desks */
  sockets: Sockets;
  /** connections of customers' chats */
  chatSockets: Sockets;
  /** Origins under which providers reach us, e.g. `https://messages.example.com`; empty: the request context's domain. */
  publicUrls: string[];
  /** where a desk opens its WebSocket; only the API hands it out */
  socketUrl: string;
}
