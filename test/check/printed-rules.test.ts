import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicReadPolicy } from '../../demo/store/policy.ts';
import { examine } from '../../src/check/examine.ts';
import { isGood } from '../../src/check/findings.ts';
import { examinationReport } from '../../src/check/report.ts';
import { nodeWasmLoader } from '../../src/host/node-wasm.ts';
import { type CephStore, startCeph } from '../ceph/ceph.ts';
import { picture } from '../publish/scans.ts';

const ORIGIN = 'https://library.example';

/** A rule as `put-bucket-cors` takes it. */
interface PrintedRule {
  readonly AllowedOrigins: readonly string[];
  readonly AllowedMethods: readonly string[];
  readonly AllowedHeaders: readonly string[];
  readonly ExposeHeaders: readonly string[];
  readonly MaxAgeSeconds: number;
}

/** The JSON document in a report that begins with this word. */
function printed<T>(report: string, first: string): T {
  const [text] = new RegExp(`^\\{\\n  "${first}"[\\s\\S]*?^\\}`, 'm').exec(report) ?? [];
  if (text === undefined) throw new Error(`Nothing to paste was printed: ${report}`);
  return JSON.parse(text);
}

// Undefined where Ceph can't be had.
describe('what check prints for an S3 store', () => {
  let ceph: CephStore | undefined;
  beforeAll(async () => {
    ceph = await startCeph();
  }, 120_000);
  afterAll(() => ceph?.stop());

  test('the policy and the CORS rules, pasted as they are, mend a closed bucket', async ({ skip }) => {
    if (!ceph) return skip();
    await ceph.createBucket('maps');
    const tiled = { tile: true, pyramid: true, tileWidth: 512, tileHeight: 512, compression: 'jpeg' } as const;
    await ceph.putObject('maps', 'map.tif', await picture(2400, 1800).tiff(tiled).toBuffer());
    const url = `${ceph.url}/maps/map.tif`;
    const look = () => examine(url, { origin: ORIGIN, wasm: nodeWasmLoader() });

    const closed = await look();
    expect(closed.server).toBe('S3');
    const policy = printed<object>(examinationReport(closed), 'Version');
    expect(policy).toMatchObject({ Statement: publicReadPolicy('maps').Statement });
    await ceph.putPolicy('maps', policy);

    const withoutRules = await look();
    expect(isGood(withoutRules)).toBe(false);
    const { CORSRules } = printed<{ CORSRules: readonly PrintedRule[] }>(examinationReport(withoutRules), 'CORSRules');
    await ceph.putCors(
      'maps',
      CORSRules.map((rule) => ({
        allowedOrigins: rule.AllowedOrigins,
        allowedMethods: rule.AllowedMethods,
        allowedHeaders: rule.AllowedHeaders,
        exposeHeaders: rule.ExposeHeaders,
        maxAgeSeconds: rule.MaxAgeSeconds,
      })),
    );
    expect(isGood(await look())).toBe(true);
  }, 60_000);
});
