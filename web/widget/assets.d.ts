declare module "*.css" {
  const text: string;
  // A file that is bundled as text has one export.
  // oxlint-disable-next-line import/no-default-export
  export default text;
}
