/**
 * OpenSeadragon adds a `<style>` for touch screens, which a strict Content-Security-Policy refuses, unless it finds one
 * with its mark. An element of no namespace matches its search and, being no HTML, is no style sheet to refuse.
 */
export function withoutInlineStyles(): void {
  if (document.querySelector('style[data-openseadragon-mobile-css]')) return;
  const mark = document.createElementNS(null, 'style');
  mark.setAttribute('data-openseadragon-mobile-css', '');
  document.head.append(mark);
}
