const CSS = `
:host {
  --_background: var(--potto-background, light-dark(#f2efe8, #111415));
  --_surface: var(--potto-surface, light-dark(#fffdf8, #22282a));
  --_text: var(--potto-text, light-dark(#1c2122, #f1eee6));
  --_accent: var(--potto-accent, light-dark(#17625c, #7fd1c7));
  --_border: var(--potto-border, light-dark(#8a8577, #7d8688));
  --_radius: var(--potto-radius, 10px);
  --_strip: var(--potto-strip-size, 112px);
  display: block;
  height: 480px;
  min-height: 200px;
  position: relative;
  color: var(--_text);
  color-scheme: light dark;
  font: 15px/1.4 var(--potto-font, system-ui, sans-serif);
}
:host([hidden]) { display: none; }
:host(:fullscreen) { width: 100vw; height: 100vh; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.frame { display: flex; flex-direction: column; height: 100%; overflow: hidden; background: var(--_background); container-type: size; }
.view { position: relative; flex: 1; min-height: 0; }
.stage { position: absolute; inset: 0; }
.stage canvas { filter: var(--_filter, none); }
.stage :focus-visible { outline: 3px solid var(--_accent); outline-offset: -3px; }
.bar { position: absolute; inset: 0 0 auto; height: 4px; background: color-mix(in srgb, var(--_text) 15%, transparent); }
.bar::after {
  content: ''; display: block; height: 100%; width: calc(var(--_part, 0) * 100%);
  background: var(--_accent); transition: width 0.15s;
}
button {
  font: inherit; color: inherit; background: var(--_surface); cursor: pointer;
  border: 1px solid var(--_border); border-radius: var(--_radius);
  min-width: 44px; min-height: 44px; padding: 0; display: grid; place-items: center;
}
button:not([aria-disabled='true']):hover { border-color: var(--_accent); color: var(--_accent); }
button:focus-visible, input:focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px; }
button[aria-disabled='true'] { color: color-mix(in srgb, var(--_text) 45%, transparent); border-color: transparent; cursor: default; }
button[aria-expanded='true'] { border-color: var(--_accent); box-shadow: inset 0 0 0 1px var(--_accent); }
svg { width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.toolbar { position: absolute; top: 14px; right: 12px; display: flex; flex-direction: column; flex-wrap: wrap-reverse; gap: 6px; max-height: calc(100% - 26px); }
.panel {
  position: absolute; top: 14px; right: 68px; display: grid; gap: 10px; width: min(260px, calc(100% - 80px));
  max-height: calc(100% - 26px); overflow: auto;
  padding: 14px; background: var(--_surface); border: 1px solid var(--_border); border-radius: var(--_radius);
}
.panel label { display: grid; gap: 2px; }
.panel input { width: 100%; min-height: 24px; accent-color: var(--_accent); margin: 0; }
.panel button { padding: 0 16px; justify-self: start; }
.pager {
  position: absolute; bottom: 12px; left: 12px; display: flex; align-items: center; gap: 8px;
}
.counter {
  padding: 6px 10px; background: var(--_surface); border: 1px solid var(--_border); border-radius: var(--_radius);
  font-variant-numeric: tabular-nums;
}
.message {
  position: absolute; inset: auto 0 0; margin: auto; bottom: 0; top: 0; height: fit-content;
  width: min(460px, calc(100% - 32px)); max-height: calc(100% - 32px); overflow: auto; padding: 18px 20px;
  background: var(--_surface); border: 1px solid var(--_border); border-left: 5px solid light-dark(#b3261e, #ffb4a9);
  border-radius: var(--_radius); overflow-wrap: anywhere;
}
.message.note { inset: auto 12px 12px; top: auto; bottom: 12px; border-left-color: light-dark(#8a5a00, #ffd591); }
.message p { margin: 0 0 10px; }
.message p:first-child { font-weight: 600; }
.message button { padding: 0 18px; }
.message.mild { display: flex; align-items: center; gap: 12px; padding: 8px 8px 8px 14px; border-left-width: 1px; border-color: var(--_border); }
.message.mild p { margin: 0; font-weight: inherit; }
.message.mild p:empty { display: none; }
.message.mild button { flex: none; }
.strip { height: var(--_strip); border-top: 1px solid var(--_border); background: var(--_surface); overflow-x: auto; flex: none; }
.strip ol { display: flex; gap: 8px; list-style: none; margin: 0; padding: 8px; height: 100%; width: max-content; }
.strip li { height: 100%; }
.strip button { height: 100%; width: 80px; padding: 4px; grid-template-rows: 1fr auto; gap: 2px; overflow: hidden; contain: strict; }
.strip img { max-width: 100%; max-height: 100%; min-height: 0; object-fit: contain; }
.strip .none { width: 60%; height: 80%; background: color-mix(in srgb, var(--_text) 12%, transparent); }
.strip span { font-size: 12px; max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.strip button[aria-current='page'] { border-color: var(--_accent); box-shadow: inset 0 0 0 2px var(--_accent); }
.status { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.pager[dir='rtl'] svg { transform: scaleX(-1); }
@container (max-width: 480px) {
  .toolbar { top: 10px; right: 8px; gap: 4px; }
  .pager { bottom: 8px; left: 8px; }
}
/* A frame that is flat has its height for the image. */
@container (max-height: 330px) {
  button { min-width: 36px; min-height: 36px; }
  svg { width: 20px; height: 20px; }
  .toolbar, .panel { top: 8px; max-height: calc(100% - 16px); }
  .toolbar { right: 8px; gap: 4px; }
  .strip { height: min(var(--_strip), 56px); }
  .strip ol { padding: 4px; gap: 4px; }
  .strip button { width: 48px; grid-template-rows: 1fr; padding: 2px; }
  .strip span { position: absolute; clip-path: inset(50%); }
}
/* What is there at once needs no bar. */
.bar { animation: appear 0s 0.3s backwards; }
@keyframes appear { from { visibility: hidden; } }
@media (prefers-reduced-motion: reduce) { .bar::after { transition: none; } }
@media (forced-colors: active) {
  .bar::after { background: Highlight; }
  .strip button[aria-current='page'] { outline: 3px solid Highlight; outline-offset: -3px; }
  button[aria-disabled='true'] { color: GrayText; border-color: GrayText; }
}
`;

let sheet: CSSStyleSheet | undefined;

/** Shared by all viewers of the page; constructed, which a Content-Security-Policy without inline styles lets pass. */
export function styles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
