/** Text as it stands in HTML. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A comment's words as HTML: what stands in back quotes is code. */
export const marked = (text: string): string => escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>');

/** Text without the breaks of its lines. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
