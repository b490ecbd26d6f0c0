import type { Configuration } from "../core/configuration.ts";
import type { App } from "../ports/app.ts";
import type { ForeignHttp } from "../ports/http.ts";
import type { Mail } from "../ports/mail.ts";
import type { MediaHttp } from "../ports/media.ts";
import type { Queue, Queues } from "../ports/queues.ts";
import { dynamoStores } from "../stores/dynamodb/index.ts";
import { s3Blobs } from "./blobs.ts";
import { dynamoClient, sqsClient } from "./clients.ts";
import { systemClock } from "./clock.ts";
import { fetchHttp } from "./http.ts";
import { standardLog } from "./log.ts";
import { sqsQueue } from "./queues.ts";
import { systemRandom } from "./random.ts";
import { awsSecrets } from "./secrets.ts";
import { apiGatewaySockets, pushTimeoutsMs } from "./sockets.ts";

type Environment = Record<string, string | undefined>;

/** What only a few functions need: given by those, so that no other's bundle carries its code. */
export interface RareAdapters {
  /** @param configurationSet of SES */
  mail(configurationSet: string): Mail;
  foreignHttp: ForeignHttp;
  mediaHttp: MediaHttp;
}

/**
 * The ports on AWS, and on whatever the SDK's endpoint variables name in its place. A port whose variable is not set can
 * be passed around, and says which variable it lacks when it is used.
 */
export function createApp(
  environment: Environment,
  configuration: Configuration,
  { mail, foreignHttp, mediaHttp }: Partial<RareAdapters> = {},
): App {
  const where = <Port extends object>(variable: string, create: (value: string) => Port): Port => {
    const value = environment[variable];
    return value ? create(value) : missingPort<Port>(notSet(variable));
  };
  const blobs = where("BUCKET_NAME", s3Blobs);
  return {
    config: configuration,
    clock: systemClock,
    random: systemRandom,
    log: standardLog(),
    stores: where("TABLE_NAME", (tableName) => dynamoStores(dynamoClient(), tableName)),
    queues: createQueues(where, blobs),
    blobs,
    http: fetchHttp,
    foreignHttp: foreignHttp ?? missingPort(notGiven("foreignHttp")),
    mediaHttp: mediaHttp ?? missingPort(notGiven("mediaHttp")),
    mail: mail ? where("MAIL_CONFIGURATION_SET", mail) : missingPort(notGiven("mail")),
    secrets: awsSecrets((name) => secretId(name, environment), systemClock),
    sockets: where("SOCKET_ENDPOINT", (endpoint) => apiGatewaySockets(endpoint, pushTimeoutsMs.desks)),
    chatSockets: where("CHAT_ENDPOINT", (endpoint) => apiGatewaySockets(endpoint, pushTimeoutsMs.chats)),
    publicUrls: listOf(environment.PUBLIC_URLS),
    socketUrl: environment.SOCKET_URL ?? "",
  };
}

function createQueues(
  where: <Port extends object>(variable: string, create: (value: string) => Port) => Port,
  blobs: App["blobs"],
): Queues {
  const client = sqsClient();
  const queue = <Body>(variable: string): Queue<Body> =>
    where(variable, (url) => sqsQueue<Body>(client, url, blobs, systemRandom));
  return {
    inbound: queue("INBOUND_QUEUE_URL"),
    pool: queue("POOL_QUEUE_URL"),
    outbound: queue("OUTBOUND_QUEUE_URL"),
    timers: queue("TIMERS_QUEUE_URL"),
    deliveries: queue("DELIVERIES_QUEUE_URL"),
    mail: queue("MAIL_QUEUE_URL"),
    media: queue("MEDIA_QUEUE_URL"),
  };
}

function secretId(name: string, environment: Environment): string {
  const variable = `${name.toUpperCase()}_SECRET_ID`;
  const id = environment[variable];
  if (!id) throw new Error(notSet(variable));
  return id;
}

const listOf = (text = ""): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);

const missingPort = <Port extends object>(message: string): Port =>
  new Proxy({} as Port, {
    // Whoever awaits or prints the bag looks for symbols and `then`; only a real use is a mistake.
    get(_, property) {
      if (typeof property === "symbol" || property === "then") return undefined;
      throw new Error(message);
    },
  });

const notSet = (variable: string): string =>
  `${variable} is not set: this function's environment in the template must name it.`;

const notGiven = (port: keyof RareAdapters): string =>
  `The port ${port} has no adapter: this function's lambda.ts must give one to startApp.`;
