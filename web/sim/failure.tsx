/** What went wrong, said at once; nothing where nothing did. */
export function Failure({ text }: { text: string }) {
  if (!text) return null;
  return (
    <p class="failure" role="alert">
      {text}
    </p>
  );
}
