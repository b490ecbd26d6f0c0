import type { TargetedKeyboardEvent } from "preact";
import { AppView } from "./app-view.tsx";
import type { App } from "./apps.ts";
import type { Change } from "./doing.ts";
import { Failure } from "./failure.tsx";
import type { Memory, Person } from "./memory.ts";
import type { Received } from "./router-side.ts";
import { unseenIn } from "./thread.ts";

interface Props {
  person: Person;
  apps: App[];
  /** channel of the app that is open */
  open: string;
  onOpen: (channel: string) => void;
  items: Received[];
  problem: string;
  memory: Memory;
  change: (what: Change) => void;
}

/** A customer's phone, with an app for each way to write to the business. */
export function Phone({ person, apps, open, onOpen, items, problem, memory, change }: Props) {
  const app = apps.find(({ channel }) => channel === open) ?? apps[0]!;
  const unseen = ({ inboxes }: App): number => unseenIn(inboxes, person, memory, items);
  return (
    <section class="device phone" aria-label={`Phone ${person.phone}`} data-app={app.channel}>
      <header>
        <h2>Phone</h2>
        <p>{person.phone}</p>
      </header>
      <AppTabs apps={apps} open={app} unseen={unseen} onOpen={onOpen} />
      <div class="app" role="tabpanel" id="app" aria-labelledby={`tab-${app.channel}`}>
        <AppView key={app.channel} {...{ app, person, items, memory, change }} />
      </div>
      <Failure text={problem} />
    </section>
  );
}

interface TabsProps {
  apps: App[];
  open: App;
  unseen: (app: App) => number;
  onOpen: (channel: string) => void;
}

const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };

function AppTabs({ apps, open, unseen, onOpen }: TabsProps) {
  const move = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const { channel } = apps[(apps.indexOf(open) + step + apps.length) % apps.length]!;
    onOpen(channel);
    document.getElementById(`tab-${channel}`)!.focus();
  };
  return (
    <div class="apps" role="tablist" aria-label="Apps" onKeyDown={move}>
      {apps.map((app) => {
        const count = unseen(app);
        return (
          <button
            key={app.channel}
            id={`tab-${app.channel}`}
            type="button"
            role="tab"
            class="quiet"
            aria-selected={app === open}
            aria-controls="app"
            tabIndex={app === open ? 0 : -1}
            onClick={() => onOpen(app.channel)}
          >
            {app.title}
            {count > 0 && (
              <span class="badge">
                {" "}
                {count}
                <span class="hidden"> new</span>
              </span>
            )}
          </button>
        );
      })}
    </div>
  );
}
