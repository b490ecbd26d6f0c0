import { render } from "preact";
import { useState } from "preact/hooks";
import { mentions, routesByTag, type ApiDocument } from "./document.ts";
import { RouteView } from "./route.tsx";
import { SchemaView } from "./schema.tsx";

/** The API as /openapi.json says it, to read and to search. */
function Docs({ api }: { api: ApiDocument }) {
  const [words, setWords] = useState("");
  const groups = routesByTag(api)
    .map(([tag, routes]) => ({ tag, routes: routes.filter((route) => mentions(route, words)) }))
    .filter(({ routes }) => routes.length > 0);
  const count = groups.reduce((sum, { routes }) => sum + routes.length, 0);
  return (
    <>
      <header>
        <h1>
          {api.info.title} API <small>{api.info.version}</small>
        </h1>
        <a href="/openapi.json">openapi.json</a>
      </header>
      <nav aria-label="Routes">
        <label>
          Find a route
          <input type="search" value={words} onInput={({ currentTarget }) => setWords(currentTarget.value)} />
        </label>
        <p role="status">{count === 1 ? "1 route" : `${count} routes`}</p>
        {groups.map(({ tag, routes }) => (
          <section key={tag}>
            <h2>{tag}</h2>
            <ul>
              {routes.map(({ operationId, summary }) => (
                <li key={operationId}>
                  <a href={`#${operationId}`}>{summary}</a>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
      <main>
        {api.info.description.split("\n\n").map((paragraph) => (
          <p key={paragraph}>{paragraph.replaceAll("`", "")}</p>
        ))}
        {groups.map(({ tag, routes }) => (
          <section key={tag} aria-label={tag}>
            <h2>{tag}</h2>
            {routes.map((route) => (
              <RouteView key={route.operationId} route={route} />
            ))}
          </section>
        ))}
        <section aria-label="Schemas">
          <h2>Schemas</h2>
          {Object.entries(api.components.schemas).map(([name, schema]) => (
            <article key={name} id={`schema-${name}`}>
              <h3>{name}</h3>
              <SchemaView schema={schema} />
            </article>
          ))}
        </section>
      </main>
    </>
  );
}

const place = document.getElementById("docs")!;
try {
  const answer = await fetch("/openapi.json");
  if (!answer.ok) throw new Error(`/openapi.json answered ${answer.status}.`);
  const api = (await answer.json()) as ApiDocument;
  place.replaceChildren();
  render(<Docs api={api} />, place);
  // What the address names is there only now.
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
} catch (error) {
  place.replaceChildren();
  render(
    <p class="notice" role="alert">
      The API can't be shown: {error instanceof Error ? error.message : String(error)} <a href="/docs">Try again</a>
    </p>,
    place,
  );
}
