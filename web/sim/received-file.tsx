/** A file of the business: a picture to look at, or something to keep. */
export function ReceivedFile({ url, contentType }: { url: string; contentType: string }) {
  if (contentType.startsWith("image/"))
    return (
      <a href={url} target="_blank" rel="noreferrer">
        <img src={url} alt="Picture from the business" />
      </a>
    );
  return (
    <a class="file" href={url} download="">
      📎 File ({contentType})
    </a>
  );
}
