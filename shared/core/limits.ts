/** Every limit in one place, with its unit in its name. */
export const limits = {
  /** SQS takes at most ten messages a batch (API reference, SendMessageBatch). */
  maxQueueBatchMessages: 10,
  /** SQS takes at most 1 MiB a batch (API reference, SendMessageBatch). */
  maxQueueBatchBytes: 1024 * 1024,
  /** A larger body goes through S3; SQS's own limit counts attributes too. */
  maxQueueBodyBytes: 200 * 1024,
  /** DynamoDB's items end at 400 KB with all attributes. */
  maxInlineTextBytes: 256 * 1024,
  /** Of a text larger than that, this much stays in the item; the whole lies in the bucket. */
  maxCutTextCharacters: 20_000,
  maxReplyCharacters: 16_000,
  maxNoteCharacters: 16_000,
  maxIdempotencyKeyCharacters: 255,
  maxRequestBodyBytes: 1024 * 1024,
  maxSubjectCharacters: 80,
  /** Rules read no further, so that no text makes a decision expensive. */
  maxRuleTextCharacters: 20_000,
  maxPageItems: 100,
  maxNameCharacters: 200,
  maxAttributes: 50,
  maxAttributeCharacters: 1_000,
  maxTags: 20,
  /** SQS's longest delay (API reference, DelaySeconds). */
  maxQueueDelaySeconds: 900,
  poolSnapshotEveryEntries: 1_000,
  /** With eight writers at once an attempt wins one time in eight: one command in 5,000 loses 64 times in a row. */
  maxPoolAppendAttempts: 64,
  /** A log entry above this is kept as a blob that the entry names: DynamoDB's items end at 400 KB. */
  maxPoolEntryBytes: 256 * 1024,
  /** Conversations that one projection writes at the same time. */
  maxParallelWrites: 25,
  /** Agents of all waiting lines together that a pool keeps ready; above it, lines without a conversation are forgotten. */
  maxPoolLineMembers: 1_000_000,
  /** An agent who let an offer go by, or passed a conversation on, isn't given the same one again before this has passed. */
  offerCoolDownMs: 60_000,
  /** While a deploy replaces one function after the other, a roster that was just replaced doesn't come back. */
  configurationHoldMs: 2 * 60 * 1000,
  maxDueItemsPerRead: 500,
  /** A provider's list of a thousand messages is about 1 MB. */
  maxHttpAnswerBytes: 8 * 1024 * 1024,
  /** A provider's id of a message: the longest that is known, Instagram's, has about 180. */
  maxProviderIdCharacters: 1_000,
  /** How long the provider may take to answer one send; less than the send function itself may run. */
  sendTimeoutMs: 5_000,
  /** From then on a provider's list that lacks a send proves that it was never taken. */
  sendAbsenceProvenAfterMs: 45_000,
  /** A send whose outcome is still unknown after this is parked; what waits behind it waits no longer. */
  sendUnknownAtMostMs: 110_000,
  /** So often a message in is tried, once a visibility time-out: for an hour. Then it is a person's, and what waits behind it goes on. */
  maxRouteTries: 60,
  /** How often a job was tried is forgotten after this: no queue brings one back for so long. */
  triesMemoryMs: 14 * 24 * 60 * 60 * 1000,
  /** So often an event of a pool fails while the pool takes others: then it is at fault, and a person's. */
  maxPoolEventTries: 5,
  /** A send that the provider has not taken for so long, since it was first tried, is a person's; what waits behind it is tried. */
  sendNotTakenAtMostMs: 30 * 60 * 1000,
  /** Where a provider asks for more quiet than this, a person decides when the reply goes out. */
  maxSendPauseMs: 15 * 60 * 1000,
  /** A reply whose channel's secret can't be used is tried again after this. */
  secretPauseMs: 30_000,
  /** Of a longer pause that a provider asks for, this much is written down: a number may be beyond any calendar. */
  maxNamedPauseMs: 366 * 24 * 60 * 60 * 1000,
  /** A queued reply older than this is put on the queue again. */
  sendCheckAfterMs: 60_000,
  socketTicketMs: 60_000,
  /** API Gateway ends a WebSocket connection after two hours (quotas of WebSocket APIs). */
  socketLifeMs: 2 * 60 * 60 * 1000,
  /** Until $connect has returned, API Gateway answers 410 for a connection that is about to be there. */
  socketOpeningMs: 10_000,
  /** A chat message in: API Gateway's frames end at 32 KB (quotas of WebSocket APIs), and escaping can double a text. */
  maxChatTextBytes: 16 * 1024,
  maxClientMessageIdCharacters: 128,
  /** What a chat sees again when it connects: so many messages, in one message of API Gateway's (128 KB) with its frame. */
  maxChatHistoryMessages: 50,
  maxChatHistoryBytes: 112 * 1024,
  /** Customers who were merged into one: a chat's history looks at so many. */
  maxChatHistoryCustomers: 10,
  /** How long a browser that nobody vouched for can take its chat up again; counted anew with each connection. */
  chatSessionMs: 30 * 24 * 60 * 60 * 1000,
  vouchedChatSessionMs: 12 * 60 * 60 * 1000,
  /** A vouch is good for this long at most, by clocks that differ by no more than the skew. */
  maxVouchMs: 5 * 60 * 1000,
  vouchClockSkewMs: 30_000,
  maxVouchSubjectCharacters: 128,
  /** What one source address or one session of the chat may do in a window of time. */
  chatRateWindowMs: 60_000,
  maxChatConnectsPerWindow: 600,
  maxChatMessagesPerWindow: 120,
  /** typing, received, read */
  maxChatSignalsPerWindow: 300,
  /** Who has a conversation before them says so again before this has passed. */
  viewingMs: 2 * 60 * 1000,
  maxCursorCharacters: 4_096,
  /** Lambda's answers end at 6 MB (quotas of Lambda, invocation payload). */
  maxAnswerBytes: 5 * 1024 * 1024,
  /** Fields at fault that one answer names. */
  maxFieldProblems: 20,
  /** Values that an error names as possible. */
  maxNamedChoices: 20,
  /** DynamoDB's keys end at 2,048 bytes; no id of ours is near that. */
  maxPathParameterCharacters: 200,
  maxTransferSkills: 50,
  /** A conversation set aside for longer is better resolved: the next message opens another. */
  maxSnoozeMs: 366 * 24 * 60 * 60 * 1000,
  maxPresenceReasonCharacters: 200,
  /** RFC 5321, section 4.5.3.1: 64 of the local part, "@" and 255 of the domain. */
  maxAddressCharacters: 320,
  maxImportRecords: 100,
  maxParallelImports: 10,
  maxImportedAddresses: 20,
  maxUrlCharacters: 2_048,
  maxWebhookEvents: 50,
  attachmentLinkMs: 5 * 60 * 1000,
  maxSearchCharacters: 200,
  /** So many conversations, updated last, are searched by their texts: there is no index over texts. */
  maxSearchedConversations: 1_000,
  /** Of a conversation the newest messages are searched, so that one endless thread doesn't push out the others. */
  maxSearchedMessages: 50,
  maxSearchedCharacters: 20_000,
  /** Texts that one process keeps for searching, two bytes a character at most and twice: as written and as compared. */
  maxSearchMemoryCharacters: 10_000_000,
  /** What was listed for a search is good for this long: typing on and paging list nothing again. */
  searchFreshMs: 2_000,
  /** Open conversations that a search reads again although it knows them. */
  maxSearchRereads: 200,
  /** So long one search reads texts that the process does not remember yet: well within the function's time. */
  searchReadingMs: 5_000,
  /** A customer's name is looked up again after this, for searching. */
  searchNamesFreshMs: 60_000,
  maxSearchNames: 20_000,
  /** Callers whose last listing a process keeps for their next search. */
  maxSearchListings: 50,
  maxParallelReads: 50,
  searchExcerptCharacters: 160,
  /** A deploy's open conversations stay readable this long in the pool's memory of versions. */
  poolClosedMemoryMs: 60 * 60 * 1000,
  /** How long a receiver of events may take to answer (Standard Webhooks, "Request timeouts": 15 to 30 s). */
  webhookTimeoutMs: 15_000,
  /** An invocation of `deliver` begins no further call after this; with one more time-out it still ends in time. */
  deliverBudgetMs: 30_000,
  maxDeliveriesPerRead: 10,
  /** How long a name may take to be resolved while a person waits. */
  foreignLookupTimeoutMs: 5_000,
  /** Of an answer from an address that others chose, no more is read: its status says enough. */
  maxForeignAnswerBytes: 64 * 1024,
  maxWebhooks: 20,
  /** A list of webhooks is read again at this age, so a new one hears of things a minute later at most. */
  webhookListAgeMs: 60_000,
  /** A secret that was replaced signs along for this long. */
  webhookRotationMs: 24 * 60 * 60 * 1000,
  /** Standard Webhooks, "Payload size": under 20 KB; a longer text is cut, the API has all of it. */
  maxEventTextCharacters: 4_000,
  /** An event that is older than this when a try fails is parked; where nothing else got through either, the webhook is disabled. */
  webhookGiveUpAfterMs: 76 * 60 * 60 * 1000,
  /** What waits for a disabled webhook is kept this long. */
  webhookBacklogMs: 14 * 24 * 60 * 60 * 1000,
  /** A step that is repeated within this time tells nothing a second time. */
  webhookSettledMemoryMs: 7 * 24 * 60 * 60 * 1000,
  /** Between two functions' clocks; what is due for one is so for the other. */
  maxClockSkewMs: 1_000,
  /** The API counts a webhook's waiting events no further. */
  maxWaitingCounted: 1_000,
  /** SES takes in mail of up to 40 MB with its encoding ("Quotas related to email receiving"). */
  maxMailBytes: 40 * 1024 * 1024,
  /** Each line of a mail costs its parser time; 40 MB of base 64 have 530,000 lines. */
  maxMailLines: 600_000,
  /** Lines of text cost it forty times as much as those of an encoded file. */
  maxMailTextLines: 150_000,
  /** Lines that may be a multipart boundary: each may open a part. */
  maxMailBoundaryLines: 12_000,
  maxMailHeaderBytes: 128 * 1024,
  /** Of headers that are too long in all, only fields up to this are kept. */
  maxMailHeaderFieldBytes: 8 * 1024,
  /** Headers of all parts together. */
  maxMailPartHeaderBytes: 2 * 1024 * 1024,
  maxMailDepth: 40,
  maxMailAttachments: 100,
  maxMailTextCharacters: 1_000_000,
  maxMailHtmlCharacters: 2_000_000,
  maxMailHtmlDepth: 400,
  /** RFC 5322 sets no limit; what is shown and compared ends here. */
  maxMailSubjectCharacters: 500,
  /** Ids of a References header that are kept: the first, which has our token, and the last ones. */
  maxMailReferences: 20,
  /** Ids of a References header that are looked up, each a read. */
  maxMailLookups: 10,
  /** RFC 5321, section 4.5.3.1.1. */
  maxMailLocalPartOctets: 64,
  /** So often a merge or its undoing is decided again when others came between; each time takes a few reads. */
  maxMergeAttempts: 20,
  /** Pairs of addresses that the preview of a merge shows. */
  maxPreviewedPairs: 100,
  /** Longer than carrying a merge out takes; what it left undone waits no longer than this. */
  mergeCheckAfterSeconds: 60,
  /** A reply that its channel takes in pieces goes out as so many messages at most. */
  maxReplyParts: 10,
  maxReplyFiles: 10,
  /** More than any channel takes: Messenger has 13. */
  maxQuickReplies: 20,
  maxTemplateParameters: 20,
  maxTemplateParameterCharacters: 1_000,
  /** Of a file that an agent sends: Lambda takes 6 MB with its encoding in base 64 (quotas of Lambda, invocation payload). */
  maxUploadBytes: 4 * 1024 * 1024,
  /**
   * Of all files of a mail out: SES takes 10 MB by SendRawEmail, counted after base 64 (quotas of SES, "Message quotas"). A file
   * is in base 64 within the mail, with line ends; beside the files there is room for the longest text twice, encoded.
   */
  maxMailFilesBytes: 5_000_000,
  /** So long a provider that can be told so keeps a message waiting; left to itself, Twilio does for 10 hours. */
  providerQueueSeconds: 4 * 60 * 60,
  /** A provider may fetch a file as late as it takes a message out of its queue, so a link is good for longer than that. */
  outboundFileLinkMs: 5 * 60 * 60 * 1000,
  /** The largest file of a customer's that is taken over: WhatsApp's documents have up to 100 MB (Cloud API, "Media"). */
  maxMediaBytes: 100 * 1024 * 1024,
  mediaTimeoutMs: 60_000,
  maxMediaRedirects: 5,
  /** A file that its provider does not hand out is given up when its job has come so often, three minutes apart. */
  maxMediaReceives: 10,
  /** Inline files of a custom channel's message, with their encoding: API Gateway takes 10 MB, Lambda 6 MB. */
  maxInlineMediaCharacters: 4 * 1024 * 1024,
  maxCustomAttachments: 20,
  /** Of what an object of a webhook says beyond its documented fields, as JSON: a message stays a small item of the table. */
  maxUnknownFieldBytes: 2 * 1024,
  /** How deep one of those fields may be. */
  maxUnknownFieldLevels: 16,
  /** What a provider signs with a time is good for this long (Standard Webhooks, "Verifying webhook authenticity": 5 minutes). */
  webhookClockSkewMs: 5 * 60 * 1000,
  /** Of a webhook's form, before its signature is checked: Twilio's have some fifty. */
  maxFormFields: 1_000,
  /** A report about a message whose provider's id we do not know yet is looked at again so often, then told of in the log. */
  statusRetryAfterSeconds: [2, 60, 840],
  /** whoever notes that a message failed has told so, or died, by then */
  unsentCheckAfterSeconds: 60,
  /** Messages out that a report "read up to here" looks at. */
  maxWatermarkMessages: 50,
  /** Of a customer's conversations that are over, so many are looked at for what they wrote since a send. */
  maxRecentConversations: 5,
  /** Of an inbox's spending cap, messages that nobody wrote may use so much: the rest is for people's. */
  automaticSpendShare: 0.5,
  /** Within this time after the customer wrote, an answer goes out at any hour. */
  quietHoursGraceMs: 60 * 60 * 1000,
  /** So far back a provider's list of what customers sent is compared with ours. */
  reconcileMs: 24 * 60 * 60 * 1000,
  /** What is younger may still be on its way by webhook: Twilio gives one up after 15 seconds, and tries five times. */
  reconcileAfterMs: 3 * 60 * 1000,
  /** Of one inbox at a time: what its provider lists of a day is held in memory. So many take a heap of 96 MB (64 are too few). */
  maxReconciledMessages: 50_000,
  /** How long the links of an export lead to attachments. */
  exportLinkSeconds: 60 * 60,
} as const;
