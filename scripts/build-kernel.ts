// Assembles the WebAssembly of vector searches: `npm run kernel`; with --check it only compares.
import { readFileSync } from 'node:fs';
import wabt from 'wabt';
import { writeOrCheck } from './generated-file.ts';

const folder = new URL('../src/adapters/vector-store/sqlite/', import.meta.url);
const source = readFileSync(new URL('kernel.wat', folder), 'utf8');
const { parseWat } = await wabt();
const { buffer } = parseWat('kernel.wat', source, { simd: true, threads: true }).toBinary({});
const code = Buffer.from(buffer).toString('base64');
writeOrCheck(
  new URL('kernel.ts', folder),
  `// Generated from kernel.wat by \`npm run kernel\`. Do not edit.\n\n/** WebAssembly, in base64. */\nexport const KERNEL =\n  '${code}';\n`,
  'npm run kernel',
);
