import { SendRawEmailCommand, SESClient } from "@aws-sdk/client-ses";
import { limits } from "../core/limits.ts";
import { MailNotSent, MailOutcomeUnknown, MailRefused, type Mail } from "../ports/mail.ts";
import { clientSettings, statusOf } from "./clients.ts";

/** Until a person has mended what is wrong with the account; until SES's rate of one second has passed. */
const retryAfterMs = { mended: 30_000, throttled: 1_000, notReached: 1_000 };

/**
 * SES. Sends once: what may have been taken is never tried again blind (invariant I6). So connections are not kept
 * either: one that SES has closed while the function was frozen would leave it open whether a mail went out.
 *
 * @param configurationSet publishes what becomes of each mail
 */
export function sesMail(configurationSet: string): Mail {
  let made: SESClient | undefined;
  const client = () => (made ??= new SESClient(sendOnce));

  return {
    async send({ from, to, raw, tags }) {
      const command = new SendRawEmailCommand({
        Source: from,
        Destinations: to,
        RawMessage: { Data: raw },
        Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
        ConfigurationSetName: configurationSet,
      });
      try {
        const { MessageId: providerId } = await client().send(command);
        if (providerId === undefined) throw new Error("SES's answer has no message id.");
        return { providerId };
      } catch (error) {
        throw mailErrorOf(error);
      }
    },
  };
}

const settings = clientSettings(limits.sendTimeoutMs);
const agent = { keepAlive: false };
const sendOnce = {
  ...settings,
  maxAttempts: 1,
  requestHandler: { ...settings.requestHandler, httpAgent: agent, httpsAgent: agent },
};

/**
 * What a failure of the SDK says about the mail. An answer of 4xx is SES's word that it did not take it; after one of 5xx
 * and after none it may have.
 *
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html and CommonErrors.html there
 */
export function mailErrorOf(error: unknown): MailRefused | MailNotSent | MailOutcomeUnknown {
  const status = statusOf(error);
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  const options = { cause: error };
  if (status !== undefined && status >= 400 && status < 500) {
    return notTaken(name.replace(/Exception$/, ""), message, status, options);
  }
  if (status === undefined && neverConnected(error)) {
    return new MailNotSent("SES could not be reached.", retryAfterMs.notReached, options);
  }
  return new MailOutcomeUnknown(`SES gave no clear answer: ${status ?? (name || "error")}.`, options);
}

/** What a person can mend in the account leaves the mail as it is: it waits. All else is about the mail itself. */
function notTaken(code: string, message: string, status: number, options: ErrorOptions): MailRefused | MailNotSent {
  if (throttles.has(code) || status === 429) {
    const isQuota = /daily/i.test(message);
    return new MailNotSent(
      isQuota
        ? "SES's daily quota is used up. An administrator can ask AWS for a higher one."
        : "SES takes no more for the moment.",
      isQuota ? retryAfterMs.mended : retryAfterMs.throttled,
      options,
    );
  }
  const mendable = accountProblems.get(code) ?? (status === 401 || status === 403 ? notAllowed : undefined);
  if (mendable !== undefined) return new MailNotSent(mendable, retryAfterMs.mended, options);
  return new MailRefused(code, message, options);
}

const throttles = new Set(["Throttling", "Throttled", "LimitExceeded", "RequestLimitExceeded", "TooManyRequests"]);

const notAllowed = "SES does not allow us to send. An administrator must look at the role of the function and its log.";

/** SES's code → what a person must mend; the mail stays as it is. */
const accountProblems = new Map([
  ["AccountSendingPaused", "SES has paused sending for the account. An administrator must look at it in SES."],
  [
    "ConfigurationSetSendingPaused",
    "Sending is paused for the configuration set. An administrator must resume it in SES.",
  ],
  [
    "ConfigurationSetDoesNotExist",
    "SES's configuration set is not there. An administrator must deploy the stacks again.",
  ],
]);

/** Node's errors of a name that was not found or a connection that was refused; of several addresses tried, each one's. */
function neverConnected(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(neverConnected);
  if (!(error instanceof Error)) return false;
  const { syscall } = error as NodeJS.ErrnoException;
  // The SDK's own time-out of connecting has nothing but its text (@smithy/node-http-handler, set-connection-timeout).
  return syscall === "connect" || syscall === "getaddrinfo" || /did not establish a connection/.test(error.message);
}
