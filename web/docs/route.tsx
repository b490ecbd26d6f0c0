import { contentOf, inWords, type Route } from "./document.ts";
import { SchemaView } from "./schema.tsx";

export function RouteView({ route }: { route: Route }) {
  const { operationId, method, path, summary, parameters, requestBody, responses } = route;
  const body = contentOf(requestBody?.content);
  return (
    <article id={operationId} aria-labelledby={`${operationId}-title`}>
      <h3 id={`${operationId}-title`}>
        <span class={`method ${method.toLowerCase()}`}>{method}</span> <code>{path}</code>
      </h3>
      <p>{summary}.</p>
      <p class="rights">
        Role <strong>{route["x-role"]}</strong>, or a service with <code>scope:{route["x-scope"]}</code>
      </p>
      {parameters.length > 0 ? <Parameters parameters={parameters} /> : null}
      {body ? (
        <details>
          <summary>Body{requestBody!.required ? "" : " (may be left out)"}</summary>
          <SchemaView schema={body.schema} />
        </details>
      ) : null}
      {Object.entries(responses).map(([status, { description, content }]) => (
        <details key={status}>
          <summary>
            <span class="status">{status}</span> {contentOf(content)?.type}
          </summary>
          {description.split("\n\n").map((line) => (
            <p key={line}>{line}</p>
          ))}
          {content ? <SchemaView schema={contentOf(content)!.schema} /> : null}
        </details>
      ))}
    </article>
  );
}

function Parameters({ parameters }: Pick<Route, "parameters">) {
  return (
    <table>
      <caption>Parameters</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">In</th>
          <th scope="col">What</th>
        </tr>
      </thead>
      <tbody>
        {parameters.map(({ name, in: place, required, description, schema }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code> {required ? null : <span class="optional">optional</span>}
            </th>
            <td>{place}</td>
            <td>
              {inWords(schema)}
              {description ? `; ${description}` : ""}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
