import { fileTypeFromBuffer } from "file-type";

export interface FileKind {
  /** MIME type */
  contentType: string;
  /** without a dot; absent where the content doesn't say */
  extension?: string;
}

const unknownType = "application/octet-stream";

/** Types whose content has no mark of its own: what is said of such a file is believed as long as it is text. */
const textTypes = /^(text\/[\w.+-]+|application\/(json|xml|rtf|[\w.-]+\+(json|xml))|image\/svg\+xml)$/;

/**
 * What a file is: by its content, never by what its sender says of it, since that decides what opens it on an agent's
 * machine. A text is what it is called; what is called a picture and isn't one is bytes.
 *
 * @param declared as the sender or provider says
 */
export async function fileKindOf(bytes: Uint8Array, declared: string | undefined): Promise<FileKind> {
  const detected = await fileTypeFromBuffer(bytes);
  if (detected) return { contentType: detected.mime, extension: detected.ext };
  const type = declared?.split(";")[0]!.trim().toLowerCase() ?? "";
  return { contentType: textTypes.test(type) && isText(bytes) ? type : unknownType };
}

/** UTF-8 without the control characters that no text has (the first 4 KB tell). */
function isText(bytes: Uint8Array): boolean {
  const beginning = new TextDecoder().decode(bytes.subarray(0, 4096), { stream: true });
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return !/[\u0000-\u0008\u000E-\u001A\uFFFD]/.test(beginning);
}
