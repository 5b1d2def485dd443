// Runs a TypeScript file of this folder on the Node that is here: `node start.mjs main.ts`.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const [, , entry = 'main.ts'] = process.argv;
await runnerImport(fileURLToPath(new URL(entry, import.meta.url)), {
  configFile: false,
  logLevel: 'error',
  // Its CommonJS form, which Node would take, names no exports.
  resolve: { alias: { gifenc: 'gifenc/dist/gifenc.esm.js' }, noExternal: ['gifenc'] },
});
