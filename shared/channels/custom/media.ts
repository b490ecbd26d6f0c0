import { MediaRefused } from "../../ports/media.ts";
import type { ChannelMedia } from "../channel.ts";

/** Every inbox names its own hosts, and what is fetched there is for whoever has the link. */
export const media: ChannelMedia = {
  hosts: [],
  credentialHosts: [],
  onOwnHosts: true,
  async locate({ url, problem }) {
    if (url === undefined || problem !== undefined) throw new MediaRefused(problem ?? "The message has no link to it.");
    return { url, headers: {} };
  },
};
