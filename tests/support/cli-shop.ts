import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEMO_CATALOGUE_DIR } from '../../src/package-root.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
/** What its catalogue files have. */
export const PRODUCTS = [
  ['sku-0001', 'Red cotton t-shirt', 'clothing', 12.9, 'red'],
  ['sku-0002', 'Plain white tee', 'clothing', 9.9, 'white'],
  ['sku-0003', 'Black organic cotton tee', 'clothing', 14.5, 'black'],
  ['sku-0004', 'Kids’ sunny yellow T-shirt, "ringer"', 'kids', 11.9, 'yellow'],
] as const;

/** A product as a line of JSON Lines. */
export function jsonLine([id, name, category, price, color]: (typeof PRODUCTS)[number]): string {
  return JSON.stringify({ id, name, category, price, attributes: { color }, image: `${id}.png`, template: 'tee' });
}

/** A folder with a small catalogue and its images, and the command line that runs in it. */
export type CliShop = Awaited<ReturnType<typeof openCliShop>>;

/** Makes the folder: products.jsonl, with a line that is broken, and products.csv. `close` removes it. */
export async function openCliShop() {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-cli-'));
  await mkdir(join(folder, 'images'));
  for (const [id] of PRODUCTS) {
    await copyFile(join(DEMO_CATALOGUE_DIR, 'images', `${id}.png`), join(folder, 'images', `${id}.png`));
  }
  const [first, second, ...rest] = PRODUCTS.map(jsonLine);
  await writeFile(join(folder, 'products.jsonl'), [first, second, '{"id": "broken"', ...rest].join('\n'));
  const rows = PRODUCTS.map(([id, name, category, price, color]) => {
    const cells = [id, `"${name.replaceAll('"', '""')}"`, category, price.toFixed(2), color, `${id}.png`];
    return cells.join(';');
  });
  await writeFile(
    join(folder, 'products.csv'),
    ['id;name;category;price;attributes.color;image', ...rows].join('\r\n'),
  );

  /** Runs the command line as a shell does, in the temporary folder, where no `.env` is. */
  function start(args: readonly string[], env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: join(folder, 'data'), ...env },
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      output.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output.stderr += chunk;
    });
    const ended = once(child, 'close').then(([code]) => ({ code, ...output }));
    return { child, ended };
  }

  function vitrine(args: readonly string[], env?: Record<string, string>) {
    const { child, ended } = start(args, env);
    child.stdin.end();
    return ended;
  }

  return { folder, start, vitrine, close: () => rm(folder, { recursive: true, force: true }) };
}
