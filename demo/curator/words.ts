import type { PackStatus } from '../../src/packs/desk.ts';
import type { PackProgress } from '../../src/packs/progress.ts';

const rounded = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const UNITS: readonly (readonly [bytes: number, name: string])[] = [
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'KB'],
];

/** 45,200,000 → "45.2 MB". */
export function sizeInWords(bytes: number): string {
  const [unit, name] = UNITS.find(([unit]) => bytes >= unit) ?? [1, bytes === 1 ? 'byte' : 'bytes'];
  return `${rounded.format(bytes / unit)} ${name}`;
}

/** The numbers of bytes in a message, as a reader knows them. */
export function readable(message: string): string {
  return message.replace(/\b(\d{4,})( bytes)?\b/g, (_, digits: string) => sizeInWords(Number(digits)));
}

/** The words of whatever was thrown, for a reader. */
export function problemInWords(reason: unknown): string {
  return readable(reason instanceof Error ? reason.message : String(reason));
}

/** Seconds, roughly, as one says them. */
export function timeInWords(seconds: number): string {
  if (seconds < 60) return seconds < 10 ? 'a few seconds' : 'less than a minute';
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return minutes === 1 ? 'about a minute' : `about ${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours === 1 ? 'about an hour' : `about ${hours} hours`;
}

/** How a download is going. */
export function progressInWords({ state, bytes, bytesDone, rate, timeLeft }: PackProgress): string {
  const part = `${sizeInWords(bytesDone)} of ${sizeInWords(bytes)}`;
  if (state === 'paused') return `${part}, paused`;
  if (state === 'waiting') return bytes === 0 ? 'Waiting for its turn' : `${part}, waiting for the network`;
  if (rate === 0 || timeLeft === undefined) return part;
  return `${part}, ${sizeInWords(rate)} a second, ${timeInWords(timeLeft)} left`;
}

export type Kept = Pick<PackStatus, 'isComplete' | 'bytes' | 'held' | 'foreign'> & {
  readonly works: readonly Pick<PackStatus['works'][number], 'identifier' | 'bytes' | 'held' | 'problem'>[];
};

/** What a pack holds: complete, or what is missing and why. */
export function statusInWords({ isComplete, bytes, held, works, foreign }: Kept): string {
  const images = works.length === 1 ? '1 image' : `${works.length} images`;
  const others =
    foreign.length === 0
      ? ''
      : ` ${foreign.length === 1 ? 'One image' : `${foreign.length} images`} of another server can’t be kept.`;
  if (isComplete) return `Complete: ${images}, ${sizeInWords(bytes)}.${others}`;
  const open = works.filter((work) => work.held < work.bytes);
  const problem = open.find((work) => work.problem !== undefined)?.problem;
  const of = open.length === 1 && works.length === 1 ? '' : `, of ${open.length} of ${images}`;
  const why = problem === undefined ? '' : ` ${readable(problem)}`;
  return `${sizeInWords(bytes - held)} of ${sizeInWords(bytes)} are missing${of}.${why}${others}`;
}

/** What looking through a pack came to. */
export function verifiedInWords(damaged: number, isComplete: boolean): string {
  if (damaged === 0)
    return isComplete ? 'Verified: every byte is as it came.' : 'Verified: what is here is as it came.';
  const blocks = damaged === 1 ? 'One piece was damaged or lost' : `${damaged} pieces were damaged or lost`;
  return isComplete ? `${blocks}, and fetched again: now every byte is right.` : `${blocks}, and can’t be fetched now.`;
}

/** What is chosen, and whether there is room for it. */
export interface Sum {
  readonly count: number;
  readonly bytes: number;
  readonly held: number;
  readonly free: number;
}

export function sumInWords({ count, bytes, held, free }: Sum): string {
  if (count === 0) return 'Nothing is chosen.';
  const works = count === 1 ? '1 work' : `${count} works`;
  const needed = bytes - held;
  if (needed === 0) return `${works}, ${sizeInWords(bytes)}: here already.`;
  const already = held === 0 ? '' : `, of which ${sizeInWords(held)} are here already`;
  if (needed <= free) return `${works}, ${sizeInWords(bytes)}${already}. ${sizeInWords(free)} are free.`;
  return `${works}, ${sizeInWords(bytes)}${already}: too much. ${sizeInWords(needed)} more are needed, and ${sizeInWords(free)} are free. Choose fewer works or smaller copies, or remove some.`;
}
