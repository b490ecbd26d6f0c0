import { email } from "../../shared/channels/email/index.ts";
import { MailNotSent, MailOutcomeUnknown, MailRefused, type Mail } from "../../shared/ports/mail.ts";
import { file, sendRequest } from "../channels/email/samples.ts";
import { describeChannel, portsWith, type Behaviour, type Provider } from "./channel.ts";

const providerId = "0100019a2b3c4d5e-00000000-0000-0000-0000-000000000001-000000";
const throttledMs = 4_000;

/** SES, as the mail port hands its answers on. */
function ses(answer: Mail["send"]): Provider {
  let count = 0;
  const send: Mail["send"] = (message) => {
    count += 1;
    return answer(message);
  };
  return { ports: portsWith({ mail: { send } }), handedOver: () => count };
}

const answers: Partial<Record<Behaviour, Mail["send"]>> = {
  takes: () => Promise.resolve({ providerId }),
  refuses: () => Promise.reject(new MailRefused("MessageRejected", "Email address is not verified.")),
  throttles: () => Promise.reject(new MailNotSent("Maximum sending rate exceeded.", throttledMs)),
  "is not reached": () => Promise.reject(new MailNotSent("connection refused", 1_000)),
  "never answers": () => Promise.reject(new MailOutcomeUnknown("time-out")),
};

describeChannel("email", email, {
  send: {
    request: { ...sendRequest, media: [file] },
    provider: (behaviour) => [answers[behaviour]].filter((answer) => answer !== undefined).map(ses),
    providerId,
    refusedAs: "rejected",
    throttledMs,
  },
  limits: {
    text: { characters: 100_000, messages: 1 },
    files: {
      onOneMessage: 10,
      bytes: { "*/*": 5_000_000 },
      together: { bytes: 5_000_000, isRefusedAbove: true },
      captionCharacters: 16_000,
      refusedNames: ["run.exe", "RUN.EXE", "letter.pdf.js", "macro.vbs"],
    },
    addresses: {
      reachable: ["erika@example.org"],
      unreachable: ["erika", "erika@shop@example.org", "e <e@example.org>"],
    },
  },
});
