import { ANY_ORIGIN } from './examine.ts';
import { type Examination, type Grade, isGood } from './findings.ts';
import { remediesFor } from './remedies.ts';

const MARKS: Readonly<Record<Grade, string>> = { good: 'ok  ', warn: 'hm  ', bad: 'NO  ' };

/** An examination in lines for a person: every finding, then what to do. */
export function examinationReport(examination: Examination): string {
  const { url, origin, findings } = examination;
  const whose = origin === ANY_ORIGIN ? 'any site (--origin names yours)' : origin;
  const lines = [`${url}, as pages of ${whose} meet it`, ''];
  for (const { grade, subject, found } of findings) lines.push(`${MARKS[grade]}${subject}: ${found}`);
  for (const remedy of remediesFor(examination)) lines.push('', remedy);
  const bad = findings.filter(({ grade }) => grade === 'bad').length;
  const warned = findings.filter(({ grade }) => grade === 'warn').length;
  const verdict = isGood(examination) ? 'Potto can show it' : 'Potto can not show it';
  const counts = [bad > 0 ? `${bad} to be mended` : '', warned > 0 ? `${warned} worth a look` : '']
    .filter(Boolean)
    .join(', ');
  lines.push('', counts === '' ? `${verdict}.` : `${verdict}: ${counts}.`);
  return lines.join('\n');
}
