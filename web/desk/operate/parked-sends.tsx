import { useEffect, useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Send, SendAction } from "../api/types.ts";
import { Address } from "../parts/address.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Failure } from "../parts/failure.tsx";
import { useWork } from "../parts/use-work.ts";
import { channelName } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";

interface Props {
  api: Api;
  onChange: () => void;
  onSelect: (conversationId: string) => void;
  onClose: () => void;
}

/** Replies of which nobody knows whether they went out: a person decides, and nothing is ever sent twice by itself. */
export function ParkedSends({ api, onChange, onSelect, onClose }: Props) {
  const { t } = useWords();
  const [sends, setSends] = useState<Send[]>();
  const { failure, run } = useWork();
  const reload = (): Promise<void> => run(async () => setSends(await api.parkedSends()));
  useEffect(() => void reload(), []);
  return (
    <Dialog title={t("parked.title")} onClose={onClose}>
      <p class="hint">{t("parked.hint")}</p>
      <Failure error={failure} />
      {sends?.length === 0 && <p>{t("parked.none")}</p>}
      {!sends && failure === undefined && <p class="hint">{t("loading")}</p>}
      <ul class="parked">
        {sends?.map((send) => (
          <ParkedSend
            key={send.id}
            send={send}
            onAct={(action) => api.settle(action)}
            onDone={() => {
              void reload();
              onChange();
            }}
            onSelect={() => {
              onClose();
              onSelect(send.conversationId);
            }}
          />
        ))}
      </ul>
    </Dialog>
  );
}

interface ParkedProps {
  send: Send;
  onAct: (action: SendAction) => Promise<unknown>;
  onDone: () => void;
  onSelect: () => void;
}

function ParkedSend({ send, onAct, onDone, onSelect }: ParkedProps) {
  const { t, momentOf } = useWords();
  const [isAsking, setAsking] = useState(false);
  const { isBusy, failure, run } = useWork(onDone);
  const { channel, to, author, text, reason, parkedAt, actions } = send;
  const wentOut = actions.find(({ name }) => name === "went-out");
  const again = actions.find(({ name }) => name === "redrive");
  return (
    <li class="card">
      <p>
        <span class={`channel is-${channel}`}>{channelName(channel, t)}</span> <Address at={{ channel, address: to }} />
      </p>
      <blockquote class="quoted" dir="auto">
        {text || t("conversation.no-text")}
      </blockquote>
      <p class="hint">{t("parked.facts", { author, time: momentOf(parkedAt), reason })}</p>
      <Failure error={failure} />
      {isAsking && <p class="banner is-warning">{t("parked.sure")}</p>}
      <div class="actions">
        {isAsking && again ? (
          <>
            <button type="button" disabled={isBusy} onClick={() => void run(() => onAct(again))}>
              {t("parked.again-sure")}
            </button>
            <button type="button" class="quiet" disabled={isBusy} onClick={() => setAsking(false)}>
              {t("parked.leave")}
            </button>
          </>
        ) : (
          <>
            {wentOut && (
              <button type="button" disabled={isBusy} onClick={() => void run(() => onAct(wentOut))}>
                {t("parked.went-out")}
              </button>
            )}
            {again && (
              <button type="button" class="quiet" disabled={isBusy} onClick={() => setAsking(true)}>
                {t("parked.again")}
              </button>
            )}
            <button type="button" class="quiet" onClick={onSelect}>
              {t("parked.open")}
            </button>
          </>
        )}
      </div>
    </li>
  );
}
