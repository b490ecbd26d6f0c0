import { messenger } from "../../shared/channels/messenger/index.ts";
import { contractSamples } from "../channels/messenger-platform/contract.ts";
import { messengerSubject } from "../channels/messenger-platform/samples.ts";
import { describeChannel } from "./channel.ts";

describeChannel("messenger", messenger, {
  ...contractSamples(messengerSubject),
  limits: {
    text: { characters: 2_000, messages: 10 },
    files: {
      onOneMessage: 1,
      bytes: {
        "image/*": 8_388_608,
        "video/*": 26_214_400,
        "audio/*": 26_214_400,
        "application/*": 26_214_400,
        "text/*": 26_214_400,
      },
      captionCharacters: 0,
    },
    quickReplies: { count: 13, characters: 20 },
    window: { hours: 24, humanAgentDays: 7 },
    rates: [[300, 1, "inbox"]],
    addresses: { reachable: [messengerSubject.customer], unreachable: [] },
  },
});
