import { inWords, nameOf, type Schema } from "./document.ts";

/** A schema as a list of its fields; what is named elsewhere is a link to there. */
export function SchemaView({ schema }: { schema: Schema }) {
  if (schema.$ref) return <SchemaLink reference={schema.$ref} />;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices?.some(hasFields)) {
    return (
      <ul class="choices">
        {choices.map((choice) => (
          <li key={inWords(choice)}>
            <SchemaView schema={choice} />
          </li>
        ))}
      </ul>
    );
  }
  if (schema.items && (schema.items.$ref || hasFields(schema.items))) {
    return (
      <>
        <p>A list, of each:</p>
        <SchemaView schema={schema.items} />
      </>
    );
  }
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return <p>{inWords(schema)}</p>;
  return (
    <dl class="fields">
      {fields.map(([name, field]) => (
        <Field key={name} name={name} field={field} isRequired={schema.required?.includes(name) ?? false} />
      ))}
    </dl>
  );
}

const hasFields = (schema: Schema): boolean =>
  schema.$ref !== undefined ||
  schema.properties !== undefined ||
  (schema.items !== undefined && hasFields(schema.items)) ||
  (schema.anyOf ?? schema.oneOf ?? []).some(hasFields);

function Field({ name, field, isRequired }: { name: string; field: Schema; isRequired: boolean }) {
  return (
    <div>
      <dt>
        <code>{name}</code> {isRequired ? null : <span class="optional">optional</span>}
      </dt>
      <dd>
        {field.description ? <p>{field.description}</p> : null}
        {hasFields(field) ? <SchemaView schema={field} /> : <p class="type">{inWords(field)}</p>}
      </dd>
    </div>
  );
}

function SchemaLink({ reference }: { reference: string }) {
  const name = nameOf(reference);
  return <a href={`#schema-${name}`}>{name}</a>;
}
