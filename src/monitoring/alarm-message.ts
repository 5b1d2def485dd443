import type { Alarm } from './alarm-book.ts';

/** Signs that stand before the text, as Slack writes them; other receivers show them as they are. */
const SIGN: Readonly<Record<Alarm['kind'], string>> = {
  errors: ':warning:',
  down: ':red_circle:',
  back: ':large_green_circle:',
  outage: ':rotating_light:',
};

/** Several alarms as one message for an incoming webhook: `text` for notifications, a block for each alarm. */
export function alarmMessage(alarms: readonly Alarm[], site: string): object {
  const texts = alarms.map(({ kind, text }) => `${SIGN[kind]} ${escaped(text)}`);
  return {
    text: `Potto at ${escaped(site)}: ${texts.join('\n')}`,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `*Potto at ${escaped(site)}*` } },
      // A receiver that gets the same block twice can tell by its id.
      ...alarms.map(({ id, raised }, index) => ({
        type: 'section',
        block_id: id.slice(0, BLOCK_ID_LIMIT),
        text: { type: 'mrkdwn', text: `${texts[index]}\n_${new Date(raised).toISOString()}_` },
      })),
    ],
  };
}

/** Characters; Slack's limit. */
const BLOCK_ID_LIMIT = 255;

/** Slack takes these three for markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
