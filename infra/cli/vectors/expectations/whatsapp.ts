/**
 * What a person would say a payload is. In a value, `{path}` stands for what the payload has there: under `account` the
 * account's id, under `value` the change's value. So nothing of the payloads is copied here.
 */
export interface WhatsAppExpectation {
  is: string;
  /** one for each thing that it makes, in order: the fields that matter, by their paths */
  makes: ({ kind: "message" | "status" | "ignored" } & Record<string, unknown>)[];
}

type Fields = Record<string, unknown>;

const sender = {
  accountId: "{account}",
  inboxId: "{value.metadata.phone_number_id}",
  providerId: "{value.messages.0.id}",
  from: "+{value.messages.0.from}",
};
/** The number and the user id are one person's: the payload says so. */
const known = { ...sender, "aliases.0": "{value.contacts.0.user_id}", senderName: "{value.contacts.0.profile.name}" };

const message = (is: string, fields: Fields): WhatsAppExpectation => ({
  is,
  makes: [{ kind: "message", ...known, ...fields }],
});
const text = (fields: Fields = {}): Fields => ({ text: "{value.messages.0.text.body}", "media.length": 0, ...fields });
const file = (type: string, fields: Fields = {}): Fields => ({
  text: "",
  "media.length": 1,
  "media.0.providerId": `{value.messages.0.${type}.id}`,
  "media.0.contentType": `{value.messages.0.${type}.mime_type}`,
  ...fields,
});
const reply = { "context.kind": "reply", "context.providerId": "{value.messages.0.context.id}" };
const forward = { "context.kind": "forward" };
const choice = { "context.kind": "choice", "context.providerId": "{value.messages.0.context.id}" };

const status = (is: string, name: string, fields: Fields = {}): WhatsAppExpectation => ({
  is,
  makes: [
    {
      kind: "status",
      "of.channel": "whatsapp",
      "of.providerId": "{value.statuses.0.id}",
      "of.sendId": undefined,
      status: name,
      ...fields,
    },
  ],
});
const nothing = (is: string): WhatsAppExpectation => ({ is, makes: [{ kind: "ignored" }] });

const flowAnswers = [
  "comment_text: Comment Text",
  "delivery_rating: 4",
  "purchase_rating: 2",
  "recommend_radio: 0",
  "cs_rating: 0",
].join("\n");

/** By file, under webhooks; the payload's name in it. */
export const whatsappExpectations: Record<string, Record<string, WhatsAppExpectation>> = {
  "whatsapp-cloud/message.json": {
    text: message("a text", text()),
    image: message("a picture", file("image")),
    media_with_url: message("a picture, asked for by its id although there is a link too", file("image")),
    video: message(
      "a forwarded film with a caption",
      file("video", { text: "{value.messages.0.video.caption}", ...forward }),
    ),
    document: message(
      "a forwarded file with its name and a caption",
      file("document", {
        text: "{value.messages.0.document.caption}",
        "media.0.name": "{value.messages.0.document.filename}",
        ...forward,
      }),
    ),
    audio: message("a forwarded sound", file("audio", forward)),
    voice: message("a voice message", file("audio")),
    static_sticker: message("a sticker", file("sticker")),
    animated_sticker: message("a sticker that moves", file("sticker")),
    reaction: message("a face on a message, which asks nothing", {
      text: "{value.messages.0.reaction.emoji}",
      isQuiet: true,
      "context.kind": "reaction",
      "context.providerId": "{value.messages.0.reaction.message_id}",
    }),
    unreaction_empty: nothing("a reaction taken back"),
    unreaction_no_emoji: nothing("a reaction taken back"),
    current_location: message("where they are, forwarded", {
      text: "geo:{value.messages.0.location.latitude},{value.messages.0.location.longitude}",
      ...forward,
    }),
    chosen_location: message("a place with its name and address, forwarded", {
      text: "{value.messages.0.location.name}\n{value.messages.0.location.address}\ngeo:{value.messages.0.location.latitude},{value.messages.0.location.longitude}",
      ...forward,
    }),
    contacts: message("three people with their numbers", {
      text: [0, 1, 2]
        .map(
          (index) =>
            `{value.messages.0.contacts.${index}.name.formatted_name}: {value.messages.0.contacts.${index}.phones.0.phone}`,
        )
        .join("\n"),
    }),
    order: message("an order of three things, with numbers and prices", {
      text: [0, 1, 2]
        .map((index) => `{value.messages.0.order.product_items.${index}.`)
        .map((item) => `${item}quantity} × ${item}product_retailer_id} (${item}item_price} ${item}currency})`)
        .join("\n"),
    }),
    unsupported: message("something that Meta can't hand on", { text: "", marks: ["unsupported"] }),
    unsupported_with_type: message("a poll, which Meta can't hand on", { text: "", marks: ["unsupported"] }),
    reply: message("an answer to a message", text(reply)),
    forwarded: message("a forwarded text", text(forward)),
    forwarded_many_times: message("a text that has been forwarded often", text(forward)),
    interactive_message_with_err: {
      is: "an answer to a message that Meta can't hand on, and why",
      makes: [{ kind: "message", ...known, text: "", marks: ["unsupported"], ...reply }, { kind: "ignored" }],
    },
    referral: message(
      "a text of somebody who came by an advertisement, whose link is a placeholder and not for opening",
      text({
        "context.kind": "referral",
        "context.note": "{value.messages.0.referral.headline}",
        "context.url": undefined,
      }),
    ),
  },
  "whatsapp-cloud/callback_button.json": {
    button: message("they chose a button", {
      text: "{value.messages.0.interactive.button_reply.title}",
      "context.choiceId": "{value.messages.0.interactive.button_reply.id}",
      ...choice,
    }),
    quick_reply: message("they chose a template's button", {
      text: "{value.messages.0.button.text}",
      "context.choiceId": "{value.messages.0.button.payload}",
      ...choice,
    }),
    quick_reply_without_context: message("they chose a template's button, nobody says of which message", {
      text: "{value.messages.0.button.text}",
      "context.kind": "choice",
      "context.choiceId": "{value.messages.0.button.payload}",
      "context.providerId": undefined,
    }),
  },
  "whatsapp-cloud/callback_selection.json": Object.fromEntries(
    ["callback", "description"].map((name) => [
      name,
      message("they chose from a list", {
        text: "{value.messages.0.interactive.list_reply.title}",
        "context.choiceId": "{value.messages.0.interactive.list_reply.id}",
        ...choice,
      }),
    ]),
  ),
  "whatsapp-cloud/flow_completion.json": {
    completion: message("they filled in a form; its token is ours and nothing to read", {
      text: flowAnswers,
      "context.choiceId": "AQAAAAACS5FpgQ_cAAAAAD0QI3s.",
      ...choice,
    }),
    without_flow_token: message("they filled in a form", {
      text: flowAnswers,
      "context.choiceId": undefined,
      ...choice,
    }),
  },
  "whatsapp-cloud/edited_message.json": {
    image: {
      is: "another caption for a picture that is in the history already; the contact beside it has another number, so it is not theirs",
      makes: [
        {
          kind: "message",
          ...sender,
          providerId: "{value.messages.0.id}/edit/{value.messages.0.timestamp}",
          aliases: undefined,
          text: "{value.messages.0.edit.message.image.caption}",
          "media.length": 0,
          "context.kind": "edit",
          "context.providerId": "{value.messages.0.edit.original_message_id}",
        },
      ],
    },
  },
  "whatsapp-cloud/deleted_message.json": {
    revoke: {
      is: "they deleted a message; the sender is a placeholder, so the one contact says who it was",
      makes: [
        {
          kind: "message",
          ...known,
          from: "+{value.contacts.0.wa_id}",
          providerId: "{value.messages.0.id}/revoke/{value.messages.0.timestamp}",
          text: "",
          isQuiet: true,
          "context.kind": "deletion",
          "context.providerId": "{value.messages.0.revoke.original_message_id}",
        },
      ],
    },
  },
  "whatsapp-cloud/system.json": {
    phone_number_change: {
      is: "they have another number now",
      makes: [
        {
          kind: "message",
          ...sender,
          from: "+{value.messages.0.system.wa_id}",
          aliases: ["+{value.messages.0.from}"],
          text: "+{value.messages.0.from} → +{value.messages.0.system.wa_id}",
          isQuiet: true,
          "context.kind": "address-change",
          "context.note": "{value.messages.0.system.body}",
        },
      ],
    },
    identity_change: nothing("their app has new keys: the address stays"),
  },
  "whatsapp-cloud/message_status.json": {
    sent: status("ours is on its way", "sent"),
    delivered: status("ours has arrived", "delivered"),
    read: status("ours was read", "read"),
    played: status("our voice message was listened to, so it was read", "read"),
    failed: status("ours was not delivered, since Meta tries something out", "failed", {
      "error.providerCode": "{value.statuses.0.errors.0.code}",
    }),
    with_tracker: status("ours is on its way; what it was sent with is no id of a send of ours", "sent"),
    group: nothing("somebody in a group has read something: we write to no groups"),
  },
  "whatsapp-cloud/outgoing_message.json": {
    text: nothing("somebody wrote from the business's own app"),
    delete: nothing("somebody deleted a message in the business's own app"),
    edit: nothing("somebody changed a message in the business's own app"),
  },
  "whatsapp-cloud/call_connect.json": {
    business_initiated: nothing("a call of ours"),
    user_initiated: nothing("a call of theirs"),
  },
  "whatsapp-cloud/call_permission_update.json": {
    accept: nothing("they may be called: we never ask"),
    reject: nothing("they may not be called: we never ask"),
  },
  "whatsapp-cloud/call_status.json": { call_status: nothing("a call is ringing") },
  "whatsapp-cloud/call_terminate.json": { call_terminate: nothing("a call has ended") },
  "whatsapp-cloud/account_update.json": Object.fromEntries(
    [
      "account_deleted",
      "account_restriction",
      "account_violation",
      "ad_account_linked",
      "authentication_international_eligibility",
      "account_disabled",
      "mm_api_for_wa_terms_of_service",
      "partner_added",
      "partner_app_installed",
      "partner_app_uninstalled",
      "partner_led_business_verification_status",
      "partner_removed",
      "partner_removed_wa_app_disconnection",
      "primary_business_location_set",
      "pricing_tiering_update",
      "account_offboarded",
      "account_reconnected",
    ].map((name) => [name, nothing("something about our account")]),
  ),
  "whatsapp-cloud/template_category_update.json": { marketing: nothing("something about a template") },
  "whatsapp-cloud/template_components_update.json": { element: nothing("something about a template") },
  "whatsapp-cloud/template_quality_update.json": { yellow: nothing("something about a template") },
  "whatsapp-cloud/template_status_update.json": {
    approved: nothing("something about a template"),
    rejected: nothing("something about a template"),
  },
  "whatsapp-cloud/user_marketing_preferences.json": {
    resume: nothing("they want advertisements again: we send none"),
    signup: nothing("they want advertisements: we send none"),
  },
  "chat-replay/dm/whatsapp.json": {
    firstMessage: { is: "a text", makes: [{ kind: "message", ...sender, ...text() }] },
    secondMessage: { is: "another text", makes: [{ kind: "message", ...sender, ...text() }] },
    statusUpdate: status("ours is on its way", "sent"),
  },
};
