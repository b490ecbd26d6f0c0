import { useId, useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Agent, TransferTarget } from "../api/types.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Failure } from "../parts/failure.tsx";
import { Select } from "../parts/select.tsx";
import { useFetched } from "../parts/use-fetched.ts";
import { useWork } from "../parts/use-work.ts";
import { awayReason } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";

type Kind = "queue" | "skill" | "agent";

const kinds = { queue: "transfer.queue", skill: "transfer.skill", agent: "transfer.agent" } as const;

export interface TransferProps {
  api: Api;
  /** only supervisors give to an agent by name */
  isSupervisor: boolean;
  onTransfer: (target: TransferTarget, note: string) => Promise<unknown>;
  onClose: () => void;
}

/** Passes a conversation on, with a note for whoever takes it. */
export function Transfer({ api, isSupervisor, onTransfer, onClose }: TransferProps) {
  const { t } = useWords();
  const [kind, setKind] = useState<Kind>("queue");
  const [queueId, setQueueId] = useState("");
  const [agentId, setAgentId] = useState("");
  const [skill, setSkill] = useState("");
  const [level, setLevel] = useState(3);
  const [note, setNote] = useState("");
  const { isBusy, failure, run } = useWork(onClose);
  const targets: Record<Kind, TransferTarget | undefined> = {
    queue: queueId.trim() === "" ? undefined : { queueId: queueId.trim() },
    skill: skill.trim() === "" ? undefined : { skills: [{ skill: skill.trim(), level }] },
    agent: agentId === "" ? undefined : { agentId },
  };
  const target = targets[kind];
  return (
    <Dialog title={t("transfer.title")} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (target) void run(() => onTransfer(target, note.trim()));
        }}
      >
        <div class="choices" role="group" aria-label={t("transfer.to")}>
          {(isSupervisor ? (["queue", "skill", "agent"] as const) : (["queue", "skill"] as const)).map((each) => (
            <button key={each} type="button" class="choice" aria-pressed={each === kind} onClick={() => setKind(each)}>
              {t(kinds[each])}
            </button>
          ))}
        </div>
        {kind === "queue" && <QueueField api={api} value={queueId} onChange={setQueueId} />}
        {kind === "agent" && <AgentField api={api} value={agentId} onChange={setAgentId} />}
        {kind === "skill" && <SkillFields skill={skill} level={level} onSkill={setSkill} onLevel={setLevel} />}
        <label class="field">
          <span>{t("transfer.note")}</span>
          <textarea
            name="transfer-note"
            rows={3}
            value={note}
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </label>
        <Failure error={failure} />
        <button type="submit" disabled={isBusy || !target}>
          {t("transfer.do")}
        </button>
      </form>
    </Dialog>
  );
}

interface FieldProps {
  api: Api;
  value: string;
  onChange: (value: string) => void;
}

/** Queues of other teams are none that an agent sees: they are proposed what they see, and may name any. */
function QueueField({ api, value, onChange }: FieldProps) {
  const { t } = useWords();
  const list = useId();
  const { found, failure } = useFetched(api.queues);
  return (
    <>
      <label class="field">
        <span>{t("transfer.queue")}</span>
        <input
          name="queue"
          list={list}
          required
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      </label>
      <datalist id={list}>
        {found?.map(({ id, agentsAvailable }) => (
          <option key={id} value={id}>
            {t("queues.agents", { count: agentsAvailable })}
          </option>
        ))}
      </datalist>
      <Failure error={failure} />
    </>
  );
}

function AgentField({ api, value, onChange }: FieldProps) {
  const { t } = useWords();
  const { found, failure } = useFetched(api.agents);
  const label = ({ id, name, status, reason }: Agent): string =>
    `${name ?? id} (${[t(`presence.${status}`), reason ? awayReason(reason, t) : ""].filter(Boolean).join(", ")})`;
  return (
    <>
      <Select
        name="agent"
        title={t("transfer.agent")}
        value={value}
        options={found}
        label={label}
        onChange={onChange}
      />
      <Failure error={failure} />
    </>
  );
}

interface SkillProps {
  skill: string;
  level: number;
  onSkill: (skill: string) => void;
  onLevel: (level: number) => void;
}

function SkillFields({ skill, level, onSkill, onLevel }: SkillProps) {
  const { t } = useWords();
  return (
    <div class="inline-form">
      <label class="field">
        <span>{t("transfer.skill")}</span>
        <input name="skill" required value={skill} onInput={(event) => onSkill(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span>{t("transfer.level")}</span>
        <select name="level" value={level} onChange={(event) => onLevel(Number(event.currentTarget.value))}>
          {[1, 2, 3, 4, 5].map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
