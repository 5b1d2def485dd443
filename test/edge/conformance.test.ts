import { describe } from 'vitest';
import { LIMITS, ORIGIN, pictureStore, type Subject } from '../conformance/subject.ts';
import { conformance } from '../conformance/suite.ts';
import { TABLES_2 } from '../conformance/tables/version-2.ts';
import { TABLES_3 } from '../conformance/tables/version-3.ts';
import { startWorker } from './workerd.ts';

async function edge(): Promise<Subject> {
  // The tables' limits allow answers for which there isn't memory by default.
  const options = { sources: 'https://images.example/{id}.tif', limits: LIMITS, memory: 192 * 2 ** 20 };
  const worker = await startWorker(
    `import { createEdgeHandler } from './edge.js'; export default createEdgeHandler(${JSON.stringify(options)});`,
    await pictureStore(),
  );
  return { fetch: (path, init) => worker.fetch(ORIGIN + path, init), close: worker.close };
}

describe("Cloudflare's runtime, Image API 3.0", () => conformance(3, TABLES_3, edge));
describe("Cloudflare's runtime, Image API 2.1", () => conformance(2, TABLES_2, edge));
