import { type ExifText, readExifText } from './exif-text.ts';
import { type Iptc, readIptc } from './iptc.ts';
import type { Described } from './metadata-csv.ts';

/** What a file says of its picture. IPTC, which people write, goes before Exif, which cameras write. */
export function describedByFile(exif: Uint8Array | undefined, iptc: Uint8Array | undefined): Described {
  const camera: ExifText = exif ? readExifText(exif) : {};
  const written: Iptc = iptc ? readIptc(iptc) : { creators: [], keywords: [] };
  const { copyright = camera.copyright } = written;
  const creator = written.creators.length > 0 ? written.creators.join('; ') : camera.artist;
  const device = [camera.make, camera.model?.replace(camera.make ?? '', '')]
    .map((word) => word?.trim())
    .filter(Boolean);
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['Creator', creator],
    ['Date', written.date ?? camera.taken],
    ['Place', written.place],
    ['Keywords', written.keywords.length > 0 ? written.keywords.join('; ') : undefined],
    ['Camera', device.length > 0 ? device.join(' ') : undefined],
  ];
  const isUri = copyright !== undefined && /^https?:\/\/\S+$/.test(copyright);
  return {
    title: written.title,
    summary: written.caption ?? camera.description,
    rights: isUri ? copyright : undefined,
    attribution: isUri ? written.credit : (copyright ?? written.credit),
    metadata: pairs.flatMap(([label, value]): [string, string][] => (value === undefined ? [] : [[label, value]])),
  };
}
