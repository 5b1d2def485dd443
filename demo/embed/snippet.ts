/** HTML that puts the address into another page. */
export function snippetFor(address: string, title: string): string {
  const safe = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return `<iframe src="${safe(address)}" title="${safe(title)}" width="800" height="600" allow="fullscreen; clipboard-write" style="border:0;max-width:100%"></iframe>`;
}
