import { instagram } from "../../shared/channels/instagram/index.ts";
import { contractSamples } from "../channels/messenger-platform/contract.ts";
import { instagramSubject } from "../channels/messenger-platform/samples.ts";
import { describeChannel } from "./channel.ts";

describeChannel("instagram", instagram, {
  ...contractSamples(instagramSubject),
  limits: {
    text: { characters: 1_000, bytes: 1_000, messages: 10 },
    files: {
      onOneMessage: 1,
      bytes: {
        "image/png": 8_388_608,
        "image/jpeg": 8_388_608,
        "video/mp4": 26_214_400,
        "video/ogg": 26_214_400,
        "video/x-msvideo": 26_214_400,
        "video/quicktime": 26_214_400,
        "video/webm": 26_214_400,
        "audio/aac": 26_214_400,
        "audio/mp4": 26_214_400,
        "audio/x-m4a": 26_214_400,
        "audio/wav": 26_214_400,
        "audio/x-wav": 26_214_400,
        "application/pdf": 26_214_400,
      },
      captionCharacters: 0,
    },
    quickReplies: { count: 13, characters: 20 },
    window: { hours: 24, humanAgentDays: 7 },
    rates: [[100, 1, "inbox"]],
    addresses: { reachable: [instagramSubject.customer], unreachable: [] },
  },
});
