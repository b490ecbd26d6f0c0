import { useEffect, useRef, useState } from "preact/hooks";
import type { Route } from "../api/types.ts";
import { refusalOf } from "../words/refusals.ts";
import { useWords } from "../words/words.tsx";
import type { WaysOut } from "./alternatives.tsx";
import { Asked, type Asking } from "./asked.tsx";
import type { ComposerProps } from "./composer-props.ts";
import { fileOf } from "./drafts.ts";
import { Drop, Rejections } from "./drop.tsx";
import { Files } from "./files.tsx";
import { Obstacle, refusedFiles, Standing } from "./obstacle.tsx";
import { QuickReplies } from "./quick-replies.tsx";
import { Newer } from "./route-choice.tsx";
import { missingIn } from "./template.ts";
import { Tools } from "./tools.tsx";
import { useAttaching } from "./use-attaching.ts";
import { useDraft } from "./use-draft.ts";
import { insertedInto, Writing } from "./writing.tsx";

interface Props extends ComposerProps {
  /** absent where no address is known, and for what stays inside */
  route: Route | undefined;
  /** where the customer has written from since the reply was begun */
  newer: Route | undefined;
  onRoute: (identityId: string) => void;
}

/** Where a message is written, what stands in its way, and how it goes out. */
export function Field(props: Props) {
  const { kind, conversation, route, onTyping } = props;
  const [asking, setAsking] = useState<Asking>();
  const message = useMessage(props);
  const { draft, attaching, field, missing } = message;
  const { text, files, isBusy } = draft;
  const takes = route?.capabilities;
  const onFiles = route && !isBusy ? attaching.add : undefined;
  // What was pressed goes with what it did, and would let the focus go.
  const goOn = (): void => field.current?.focus();
  const askForTemplate = (ids?: string[]): void => setAsking(route && { for: "template", ids, route });
  const ways = waysOut(props, message, askForTemplate, goOn);
  return (
    <>
      <Drop onSubmit={(event) => void message.submit(event)} onFiles={onFiles}>
        <Obstacle error={draft.refusal} {...{ missing, text, route, ways }} />
        <LeftOut {...{ message, goOn }} />
        {kind === "reply" && <Newer newer={props.newer} current={route} onSwitch={ways.onRoute} />}
        {route && <Standing route={route} size={{ text, files: files.map(fileOf) }} />}
        <Writing
          {...{ kind, text, isBusy, onFiles }}
          place={field}
          onWrite={(written) => {
            draft.write({ text: written });
            if (kind === "reply") onTyping(true);
          }}
          onSubmit={() => void message.submit()}
          onLeave={props.onLeave}
        />
        <Enclosed {...{ takes, message, goOn }} />
        <Tools
          {...{ kind, takes, isBusy }}
          canSend={message.canSend}
          hasAnswers={draft.quickReplies.length > 0}
          onCanned={() => setAsking({ for: "canned" })}
          onTemplates={() => askForTemplate()}
          onFiles={attaching.add}
          onAnswers={() => draft.write({ quickReplies: [""] })}
        />
      </Drop>
      <Asked
        {...props}
        conversation={conversation}
        asking={asking}
        onText={(chosen) => draft.write({ text: insertedInto(field.current!, chosen) })}
        onSent={draft.forget}
        onClose={() => setAsking(undefined)}
      />
    </>
  );
}

/** Files that do not go out, though their agent may think so. */
function LeftOut({ message: { draft, attaching }, goOn }: Omit<EnclosedProps, "takes">) {
  const { t, list } = useWords();
  return (
    <>
      <Rejections
        rejected={attaching.rejected}
        onDismiss={() => {
          attaching.forget();
          goOn();
        }}
      />
      {draft.lost.length > 0 && (
        <p class="banner is-warning" role="note">
          {t("files.lost", { names: list(draft.lost) })}
        </p>
      )}
    </>
  );
}

interface EnclosedProps {
  takes: Route["capabilities"] | undefined;
  message: ReturnType<typeof useMessage>;
  goOn: () => void;
}

/** What goes along with the text: files, and answers to choose from. */
function Enclosed({ takes, message: { draft, attaching }, goOn }: EnclosedProps) {
  const { files, isBusy } = draft;
  return (
    <>
      <Files
        {...{ files, isBusy }}
        media={takes?.media}
        refused={refusedFiles(draft.refusal)}
        onRemove={(file) => {
          attaching.remove(file);
          draft.forget();
          goOn();
        }}
        onAgain={attaching.again}
      />
      {takes?.quickReplies && (
        <QuickReplies
          answers={draft.quickReplies}
          limits={takes.quickReplies}
          isBusy={isBusy}
          onChange={(quickReplies) => {
            draft.write({ quickReplies });
            if (quickReplies.length === 0) goOn();
          }}
        />
      )}
    </>
  );
}

/** What can be done about a refusal without leaving the field. */
function waysOut(
  { onRoute, onWait }: Props,
  { draft, attaching }: ReturnType<typeof useMessage>,
  onTemplate: (ids: string[] | undefined) => void,
  goOn: () => void,
): WaysOut & Required<Pick<WaysOut, "onRoute">> {
  return {
    onTemplate: (ids) => onTemplate(ids.length > 0 ? ids : undefined),
    onRoute: (identityId) => {
      onRoute(identityId);
      goOn();
    },
    onWait,
    onWithoutFiles: (names) => {
      draft.files.filter(({ file }) => names.includes(file.name)).forEach(attaching.remove);
      draft.forget();
      goOn();
    },
    onWithoutAnswers: () => {
      draft.write({ quickReplies: [] });
      goOn();
    },
  };
}

/** What is written here, whether it can go out as it is, and how it does. */
function useMessage(props: Props) {
  const { kind, conversation, route, onTyping } = props;
  const { t } = useWords();
  const draft = useDraft({ ...props, conversationId: conversation.id, identityId: route?.identityId });
  const attaching = useAttaching({ ...props, conversationId: conversation.id }, route?.capabilities.media);
  const field = useRef<HTMLTextAreaElement>(null);
  const missing = kind === "note" ? [] : missingIn(draft.text);
  const isEmpty = draft.text.trim() === "" && draft.files.length === 0;
  const isUp = draft.files.every(({ state }) => state.kind === "stored");
  const canSend = !isEmpty && isUp && !draft.isBusy && missing.length === 0;
  // What stood in the way may be gone, by a START or another route; what is said about it goes with it.
  useEffect(draft.forget, [route?.identityId, route && refusalOf(route, t)]);

  const submit = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    if (!canSend) return;
    onTyping(false);
    attaching.forget();
    await draft.send();
    // The button that was pressed is disabled now, and has let go of the focus. Whoever has left meanwhile stays away.
    if (document.activeElement === document.body) field.current?.focus();
  };
  return { draft, attaching, field, missing, canSend, submit };
}
