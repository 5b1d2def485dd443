/** What one side took. */
export interface Cost {
  readonly bytes: number;
  readonly milliseconds: number;
}

const percent = new Intl.NumberFormat('en', { style: 'percent', maximumSignificantDigits: 2 });
const seconds = new Intl.NumberFormat('en', {
  style: 'unit',
  unit: 'second',
  unitDisplay: 'long',
  maximumSignificantDigits: 2,
});
/** Bits a second: what is near may be faster than most readers' lines. */
const SLOW_LINE = 10e6;
const times = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

/** What came out, in a sentence, whichever side it speaks for. */
export function verdictOf(potto: Cost, plain: Cost): string {
  const share = percent.format(potto.bytes / plain.bytes);
  const ratio = plain.milliseconds / potto.milliseconds;
  const speed =
    ratio >= 1
      ? `${times.format(ratio)} times as fast as the download`
      : `in ${times.format(1 / ratio)} times the time of the download`;
  const alone = [potto, plain].map(({ bytes }) => seconds.format((bytes * 8) / SLOW_LINE));
  return (
    `The first view took ${share} of the file, and was there ${speed}. ` +
    `Over a line of 10 megabits a second, the bytes alone would take ${alone.join(' and ')}.`
  );
}
