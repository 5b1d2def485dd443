/** More is no statement but a document, and JPEG holds 64 KB. */
export const MAX_RIGHTS_LENGTH = 2000;

/**
 * An XMP packet (ISO 16684-1) that says nothing but the rights: `dc:rights` for readers, and where they are a URL
 * `xmpRights:WebStatement` for programs.
 */
export function rightsPacket(rights: string): Uint8Array;
export function rightsPacket(rights: string | undefined): Uint8Array | undefined;
export function rightsPacket(rights: string | undefined): Uint8Array | undefined {
  if (rights === undefined) return undefined;
  const text = escaped(rights.slice(0, MAX_RIGHTS_LENGTH));
  const statement = /^https?:\/\/\S+$/.test(rights) ? `<xmpRights:WebStatement>${text}</xmpRights:WebStatement>` : '';
  return new TextEncoder().encode(
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>' +
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
      '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" ' +
      'xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/">' +
      `<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">${text}</rdf:li></rdf:Alt></dc:rights>${statement}` +
      '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>',
  );
}

/** XML 1.0, section 2.2: most control characters can't stand in it at all, escaped or not. */
function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[&<>]/g, (character) => entities[character] ?? '')
  );
}
