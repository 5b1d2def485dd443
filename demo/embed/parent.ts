import { checkedPlace, type Place } from './place.ts';

/**
 * Goes where the page around asks: `frame.contentWindow.postMessage({ potto: 'show', xywh: '0,0,800,600' }, '*')`. Any page
 * may: what is shown here is public, and nothing is told that it doesn't see.
 */
export function listenToParent(show: (place: Partial<Place>) => void): void {
  addEventListener('message', ({ source, data }: MessageEvent<unknown>) => {
    if (source !== parent || typeof data !== 'object' || data === null) return;
    if ('potto' in data && data.potto === 'show') show(checkedPlace({ ...data }));
  });
}

/** Tells the page around: `{ potto: 'open' | 'view' | 'error', … }`. */
export function tellParent(message: Readonly<Record<string, unknown>>): void {
  if (parent !== window) parent.postMessage(message, '*');
}
