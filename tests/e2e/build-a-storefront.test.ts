import { exec } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, startBrowser } from '../support/browser.ts';
import { startDemoVitrine } from '../support/demo.ts';
import { type ListeningServer, startListening } from '../support/listening.ts';
import { ORIGIN, type TestVitrine } from '../support/vitrine.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const guide = readFileSync(join(root, 'docs/storefront.md'), 'utf8');
/** Files of the guide: a name in a line of its own, and what is in it. */
const files = [...guide.matchAll(/^`([\w./-]+)`:\n\n```\w+\n([\s\S]*?)^```$/gm)];
const commands = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => block.trim().split('\n'));
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

describe.skipIf(!hasBrowser)('whoever follows docs/storefront.md from an empty folder', () => {
  let folder: string;
  let vitrine: TestVitrine;
  let api: ListeningServer;
  let shop: ListeningServer;
  let browser: Browser;
  let page: Page;
  let url: string;
  const failures: string[] = [];

  /** Runs a line of the guide in its folder. */
  const run = (line: string) =>
    promisify(exec)(line, {
      cwd: folder,
      env: { ...process.env, NODE_ENV: '', VITRINE_URL: `${url}/graphql` },
      timeout: 60_000,
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vitrine-guide-'));
    vitrine = await startDemoVitrine({}, 160);
    api = await startListening(vitrine.server);
    url = api.origin;
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    shop?.close();
    api?.close();
    await vitrine?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('finds every step here, and installs nothing that this project does not have', async () => {
    expect(commands).toEqual([
      'npm ci && npm start',
      'mkdir my-shop && cd my-shop',
      'npm init -y && npm pkg set type=module',
      expect.stringMatching(/^npm install react/),
      expect.stringMatching(/^npm install -D vite/),
      'npx graphql-codegen',
      'npx vite',
      'npx tsc --noEmit',
      'VITE_VITRINE_URL=https://search.example.com/graphql npx vite build',
    ]);
    const packages = commands
      .filter((line) => line.startsWith('npm install'))
      .flatMap((line) => line.split(' ').slice(2));
    for (const name of packages.filter((word) => word !== '-D')) {
      expect(JSON.parse(await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8')).name).toBe(name);
    }
    expect(files.map(([, name]) => name)).toHaveLength(7);
  });

  test('gets types for the query from the running server, and a page that is type-checked and built', {
    timeout: 120_000,
  }, async () => {
    await run('npm init -y && npm pkg set type=module');
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const [, name = '', content = ''] of files) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    await run('npx graphql-codegen');
    await run('npx tsc --noEmit');
    await run(`VITE_VITRINE_URL=${url}/graphql npx vite build`);
    shop = await startListening((req, res) => {
      const file = req.url === '/' ? '/index.html' : String(req.url);
      readFile(join(folder, 'dist', file)).then(
        (bytes) => res.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain' }).end(bytes),
        () => res.writeHead(404).end(),
      );
    });
    page = await browser.newPage();
    // The products name the server by the address that it has for a reader.
    await page.route(`${ORIGIN}/**`, async (route) => {
      const image = await vitrine.server.fetch(route.request().url());
      await route.fulfill({ status: image.status, body: Buffer.from(await image.arrayBuffer()) });
    });
    page.on('pageerror', (error) => failures.push(error.message));
    await page.goto(shop.origin);
    await page.getByRole('status').waitFor();
  });

  const names = () => page.getByRole('listitem').allInnerTexts();
  const settled = () => page.locator('main[aria-busy=false]').waitFor();

  test('sees products, searches, chooses a category and asks for more', { timeout: 60_000 }, async () => {
    expect(await names()).toHaveLength(12);
    const image = page.getByRole('list').locator('img').first();
    await expect
      .poll(() => image.evaluate((element) => 'naturalWidth' in element && element.naturalWidth))
      .toBeGreaterThan(100);
    await page.getByRole('searchbox', { name: 'Search' }).fill('red shirt under 60');
    await page
      .getByText(/^\d+ products$/)
      .filter({ hasNotText: '160' })
      .waitFor();
    await settled();
    const found = await names();
    expect(found.join(' ').toLowerCase()).toContain('red');
    for (const text of found) expect(Number(/€([\d.]+)/.exec(text)?.[1])).toBeLessThanOrEqual(60);

    await page.getByRole('searchbox', { name: 'Search' }).fill('');
    await page.getByText('160 products').waitFor();
    const category = page.getByRole('navigation').getByRole('button').first();
    const count = /\((\d+)\)/.exec((await category.textContent()) ?? '')?.[1];
    await category.click();
    await page.getByText(`${count} products`).waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByRole('listitem').nth(12).waitFor();
    expect(failures).toEqual([]);
  });

  test('has the words of a search mended, and says so', async () => {
    await page.getByRole('navigation').getByRole('button', { pressed: true }).click();
    await page.getByRole('searchbox', { name: 'Search' }).fill('yelow shirt');
    await page.getByText(/“yellow shirt”/).waitFor();
  });
});
