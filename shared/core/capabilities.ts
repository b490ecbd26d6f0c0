/** What core may ask about a channel, as data: it never asks for a channel by name. */
export interface Capabilities {
  /** UTF-16 code units of one message out */
  maxTextCharacters: number;
  /** a regular expression over addresses that a reply can reach; absent: all */
  reachableAddress?: string;
  /** what an address looks like that another system brings; absent: they are known by messages alone */
  broughtAddress?: {
    /** a regular expression */
    pattern: string;
    /** for a person; follows "is not" */
    expected: string;
    /** capital letters make no other address */
    ignoresCase?: true;
    /** of one person's addresses that nobody has met, the one with the lowest number says which customer they become */
    precedence: number;
  };
  /** each message lies in the bucket as it came for a while, under this and its provider's id */
  rawPrefix?: string;
  /** the customer may stop and restart messages of one sender by text */
  optOut: boolean;
  /** a customer's message may carry media */
  media: boolean;
  /** the provider reports what became of a send */
  statuses: boolean;
  /** its messages have a subject, and name the messages that they answer by their provider's ids */
  subjects: boolean;
  /** a person who is there can be told that an agent types, and tells that they do */
  typing: boolean;
}
