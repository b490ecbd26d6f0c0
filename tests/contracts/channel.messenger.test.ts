import { messenger } from "../../shared/channels/messenger/index.ts";
import { contractSamples } from "../channels/messenger-platform/contract.ts";
import { messengerSubject } from "../channels/messenger-platform/samples.ts";
import { describeChannel } from "./channel.ts";

describeChannel("messenger", messenger, contractSamples(messengerSubject));
