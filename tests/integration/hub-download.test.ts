import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DownloadEvent } from '../../src/model/hub/download-model.ts';
import { inspectFolder } from '../../src/model/hub/manifest.ts';
import {
  cacheDir,
  download,
  expectWhole,
  filesOf,
  folder,
  fp32,
  hub,
  needed,
  ONCE,
  partsOf,
  problemOf,
  rangesOf,
  small,
  useHub,
} from '../support/hub-download.ts';
import { COMMIT, MODEL_ID, miniFiles, TEXT, VISION } from '../support/hub-server.ts';

useHub();

const TWICE = { ...ONCE, tries: 2 };

describe('a model comes whole', () => {
  test('what Vitrine needs and nothing else, of one commit, written down beside the files', async () => {
    const events: DownloadEvent[] = [];
    const manifest = await download({ onEvent: (event) => events.push(event) });
    expectWhole();
    expect(manifest).toMatchObject({ id: MODEL_ID, revision: COMMIT });
    expect(manifest.files.map(({ path }) => path).sort()).toEqual(needed);
    expect(manifest.files.find(({ path }) => path === VISION)?.checksum).toMatch(/^sha256:/);
    expect(manifest.files.find(({ path }) => path === 'config.json')?.checksum).toMatch(/^git-sha1:/);
    const resolved = hub.requests.filter(({ path }) => path.includes('/resolve/'));
    expect(resolved.every(({ path }) => path.includes(`/resolve/${COMMIT}/`))).toBe(true);
    const bytes = small.get(VISION)?.length;
    expect(events.at(0)).toMatchObject({ kind: 'files', revision: COMMIT });
    expect(events).toContainEqual({ kind: 'progress', path: VISION, received: bytes, size: bytes });
  });

  test('the bundled model, as large as it is', async () => {
    hub.files = miniFiles();
    await download();
    expectWhole(hub.files);
  });

  test('a second time asks for nothing', async () => {
    await download();
    hub.requests.length = 0;
    await download();
    expect(hub.requests).toEqual([]);
  });

  test('weights that lie beside an ONNX file come along, else the model would not load', async () => {
    hub.files.set(`${VISION}_data`, Buffer.alloc(300_000, 7));
    hub.files.set(`${VISION}_data_1`, Buffer.alloc(10, 8));
    hub.files.set('onnx/vision_model_fp16.onnx_data', Buffer.alloc(10, 9));
    await download();
    expect(filesOf()).toEqual(
      ['download.lock', ...needed, `${VISION}_data`, `${VISION}_data_1`, 'vitrine-model.json'].sort(),
    );
  });

  test('another dtype joins, of the commit that is there, even after the model has changed', async () => {
    hub.files.set('onnx/text_model_int8.onnx', Buffer.from('int8'));
    await download();
    hub.requests.length = 0;
    const { files } = await download({ textDtype: 'int8' });
    expect(files.map(({ path }) => path).sort()).toEqual([...needed, 'onnx/text_model_int8.onnx'].sort());
    expect(rangesOf(VISION)).toEqual([]);
    expect(hub.requests[0]?.path).toContain(`/revision/${COMMIT}`);
    expect(inspectFolder(folder, fp32)).toBe('complete');
    expect(inspectFolder(folder, { ...fp32, textDtype: 'int8' })).toBe('complete');
  });

  test('a new revision replaces what changed and leaves nothing of the old one', async () => {
    hub.files.set('onnx/text_model_int8.onnx', Buffer.from('old int8'));
    await download();
    await download({ textDtype: 'int8' });
    hub.commit = COMMIT.replace('0', 'f');
    hub.files.set('config.json', Buffer.from('{}'));
    hub.requests.length = 0;
    const manifest = await download({ revision: 'main' });
    expect(manifest.revision).toBe(hub.commit);
    expect(manifest.files.map(({ path }) => path).sort()).toEqual(needed);
    expect(readFileSync(join(folder, 'config.json'), 'utf8')).toBe('{}');
    expect(rangesOf(VISION)).toEqual([]);
    expect(existsSync(join(folder, 'onnx/text_model_int8.onnx'))).toBe(false);
  });

  test('a name from the Hub that leads out of the folder is never written to', async () => {
    hub.files.set('../../evil.json', Buffer.from('evil'));
    hub.files.set('onnx/../../../onnx/vision_model.onnx_data', Buffer.from('evil'));
    hub.files.set('/tmp/config.json', Buffer.from('evil'));
    await download();
    expectWhole();
    expect(readdirSync(cacheDir)).toEqual(['Xenova']);
  });
});

describe('a download that breaks off costs only what is missing', () => {
  test('the second run asks for the rest of the file and completes', async () => {
    hub.files = miniFiles();
    hub.trouble.cut = { path: VISION, after: 5_000_000 };
    expect(await problemOf(download())).toContain('cannot be reached');
    expect(inspectFolder(folder, fp32)).toBe('incomplete');
    expect(existsSync(join(folder, VISION))).toBe(false);
    const [part = ''] = partsOf(VISION);
    const { size } = await stat(join(folder, part));
    expect(size).toBeGreaterThan(0);

    hub.trouble.cut = undefined;
    hub.requests.length = 0;
    await download();
    expectWhole(hub.files);
    expect(rangesOf(VISION)).toEqual([`bytes=${size}-`]);
    expect(rangesOf('config.json')).toEqual([]);
  });

  test('the same run goes on by itself, as often as something arrives', async () => {
    hub.trouble.cut = { path: VISION, after: 300_000 };
    const problems: string[] = [];
    await download({
      hub: { endpoint: hub.origin, tries: TWICE },
      onEvent(event) {
        if (event.kind !== 'retry') return;
        problems.push(event.problem);
        const { after = 0 } = hub.trouble.cut ?? {};
        hub.trouble.cut = after > 600_000 ? undefined : { path: VISION, after: after + 200_000 };
      },
    });
    expectWhole();
    expect(problems).toHaveLength(3);
    expect(rangesOf(VISION)).toHaveLength(4);
  });

  test('a server that does not know ranges sends it all again', async () => {
    hub.trouble.cut = { path: VISION, after: 300_000 };
    await problemOf(download());
    hub.trouble = { ignoreRanges: true };
    await download();
    expectWhole();
  });

  test('a file that has changed since is begun anew', async () => {
    hub.trouble.cut = { path: TEXT, after: 150_000 };
    await problemOf(download());
    hub.trouble.cut = undefined;
    hub.files.set(TEXT, Buffer.alloc(600_000, 1));
    hub.commit = COMMIT.replace('0', 'f');
    hub.requests.length = 0;
    await download();
    expect(rangesOf(TEXT)).toEqual([undefined]);
    expect(readFileSync(join(folder, TEXT)).equals(Buffer.alloc(600_000, 1))).toBe(true);
    expect(filesOf().filter((path) => path.includes('.parts'))).toEqual([]);
  });

  test('a connection that falls silent is given up, and tried again', async () => {
    hub.trouble.silence = { path: TEXT, after: 150_000 };
    const problems: string[] = [];
    await download({
      hub: { endpoint: hub.origin, tries: TWICE, silenceMs: 400 },
      onEvent(event) {
        if (event.kind !== 'retry') return;
        problems.push(event.problem);
        hub.trouble.silence = undefined;
      },
    });
    expect(problems).toEqual(['nothing arrived for too long']);
    expectWhole();
  });

  test('a busy Hub is asked again', async () => {
    hub.trouble.busy = 2;
    await download({ hub: { endpoint: hub.origin, tries: { ...TWICE, tries: 3 } } });
    expectWhole();
  });

  test('told to stop, it stops, and keeps what has arrived', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    hub.trouble.silence = { path: VISION, after: 150_000 };
    const attempt = download({
      signal: controller.signal,
      onEvent: (event) => event.kind === 'progress' && event.path === VISION && controller.abort(reason),
    });
    await expect(attempt).rejects.toBe(reason);
    hub.trouble.silence = undefined;
    await download();
    expect(rangesOf(VISION)[1]).toMatch(/^bytes=[1-9]\d*-$/);
    expectWhole();
  });
});

describe('what is not as the Hub says never becomes a model', () => {
  test.each([VISION, 'tokenizer.json'])('%s with a byte changed is deleted and named', async (path) => {
    hub.trouble.damage = path;
    const problem = await problemOf(download());
    expect(problem).toContain(`${path} of ${MODEL_ID} arrived damaged`);
    expect(partsOf(path)).toEqual([]);
    expect(existsSync(join(folder, path))).toBe(false);
    expect(inspectFolder(folder, fp32)).toBe('incomplete');
    hub.trouble = {};
    await download();
    expectWhole();
  });

  test('a file that does not end where it should fills no disk', async () => {
    hub.trouble.oversize = TEXT;
    expect(await problemOf(download())).toContain(`${TEXT} of ${MODEL_ID} is larger than the`);
    expect(partsOf(TEXT)).toEqual([]);
  });

  test('a file that was damaged on disk half-way is found out as well', async () => {
    hub.trouble.cut = { path: TEXT, after: 150_000 };
    await problemOf(download());
    const part = join(folder, partsOf(TEXT)[0] ?? '');
    await writeFile(part, Buffer.alloc((await stat(part)).size));
    hub.trouble = {};
    expect(await problemOf(download())).toContain('arrived damaged');
    await download();
    expectWhole();
  });
});
