import { instagram } from "../../shared/channels/instagram/index.ts";
import { contractSamples } from "../channels/messenger-platform/contract.ts";
import { instagramSubject } from "../channels/messenger-platform/samples.ts";
import { describeChannel } from "./channel.ts";

describeChannel("instagram", instagram, contractSamples(instagramSubject));
