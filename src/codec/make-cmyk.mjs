// Writes cmyk.wasm: `node src/codec/make-cmyk.mjs`. See cmyk-standard.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { runnerImport } from 'vite';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const lcms = WebAssembly.compile(readFileSync(createRequire(import.meta.url).resolve('lcms-wasm/dist/lcms.wasm')));

async function load(file) {
  const { module } = await runnerImport(path(file), { configFile: false, logLevel: 'error' });
  return module;
}

/** A section's or a name's length (WebAssembly Core, section 5.2.2). */
function unsigned(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** A module of nothing but a custom section (section 5.5.3). */
function moduleOf(section, content) {
  const name = [...new TextEncoder().encode(section)];
  const head = [...unsigned(name.length), ...name];
  const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return Uint8Array.from([...header, 0, ...unsigned(head.length + content.length), ...head, ...content]);
}

const { createTableOfProfile } = await load('icc-table.ts');
const { readIccProfile } = await load('icc-profile.ts');
const black = sharp({ create: { width: 8, height: 8, channels: 3, background: '#000' } });
const { icc } = await sharp(await black.withIccProfile('cmyk').jpeg().toBuffer()).metadata();
const table = await createTableOfProfile(() => lcms)(readIccProfile(new Uint8Array(icc)));
const levels = Uint8Array.from(table.nodes, (value) => Math.round(value / 257));
writeFileSync(path('cmyk.wasm'), moduleOf('cmyk', levels));
