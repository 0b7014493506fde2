// Sizes of the page's files, raw and as browsers get them; exit code 1 beyond the ceilings.
// node script/sizes.mjs SITE
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Greatest sizes in KB (1,000 bytes) after brotli. */
const CEILINGS = { '.wasm': 300, '.css': 25, '.js': 20 };

const kb = (bytes) => (bytes / 1000).toFixed(1).padStart(8);
const folder = join(process.argv[2], 'pkg');
const files = readdirSync(folder, { recursive: true }).filter((file) => extname(file) in CEILINGS).sort();
const totals = {};
console.log(`${'KB'.padEnd(40)} ${'raw'.padStart(8)} ${'gzip'.padStart(8)} ${'brotli'.padStart(8)}`);
for (const file of files) {
  const raw = readFileSync(join(folder, file));
  const brotli = brotliCompressSync(raw, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length },
  });
  totals[extname(file)] = (totals[extname(file)] ?? 0) + brotli.length;
  console.log(`${file.padEnd(40)} ${kb(raw.length)} ${kb(gzipSync(raw, { level: 9 }).length)} ${kb(brotli.length)}`);
}
let isTooMuch = false;
for (const [kind, ceiling] of Object.entries(CEILINGS)) {
  if (totals[kind] === undefined) {
    console.error(`error: no ${kind} file in ${folder}`);
    isTooMuch = true;
  } else if (totals[kind] > ceiling * 1000) {
    console.error(`error: ${kind} is ${kb(totals[kind]).trim()} KB after brotli, ${ceiling} KB at most`);
    isTooMuch = true;
  }
}
process.exit(isTooMuch ? 1 : 0);
