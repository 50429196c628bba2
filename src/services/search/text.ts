/** Text as it is embedded, matched and cached: NFC, blanks collapsed, none at the ends. */
export function normaliseText(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}
