const whole = new Intl.NumberFormat('en');
const rough = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

export const inWhole = (value: number): string => whole.format(value);
export const inRough = (value: number): string => rough.format(value);
export const inPercent = (part: number, all: number): string => (all === 0 ? '–' : percent.format(part / all));
export const timeOf = (time: number): string => clock.format(time);
export const dayOf = (time: number): string => day.format(time);

export function inMilliseconds(value: number | undefined): string {
  if (value === undefined) return '–';
  return value < 1000 ? `${rough.format(value)} ms` : `${rough.format(value / 1000)} s`;
}

export function inBytes(bytes: number): string {
  const unit = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${rough.format(bytes / 1000 ** unit)} ${UNITS[unit]}`;
}
