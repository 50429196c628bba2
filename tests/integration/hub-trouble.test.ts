import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { lockFile } from '../../src/async/file-lock.ts';
import { StartupError } from '../../src/errors.ts';
import { openHub } from '../../src/model/hub/hub-client.ts';
import { explainDownloadError } from '../../src/model/hub/hub-errors.ts';
import { verifyFolder } from '../../src/model/hub/manifest.ts';
import { listModels } from '../../src/model/local-models.ts';
import {
  cacheDir,
  download,
  expectWhole,
  folder,
  fp32,
  hub,
  needed,
  ONCE,
  problemOf,
  rangesOf,
  small,
  useHub,
} from '../support/hub-download.ts';
import { COMMIT, MODEL_ID, smallFiles, startHubServer, TEXT, VISION } from '../support/hub-server.ts';

useHub();

describe('a model on disk', () => {
  test('is compared with what was downloaded, so that a bad copy is found before it answers searches', async () => {
    await download();
    expect(await verifyFolder(folder, fp32)).toBe(`7 as the Hub has them at revision ${COMMIT}`);
    await writeFile(join(folder, TEXT), Buffer.alloc(small.get(TEXT)?.length ?? 0));
    const problem = await problemOf(verifyFolder(folder, fp32));
    expect(problem).toContain(`${join(folder, TEXT)} is not what was downloaded. Delete it and run`);
    await rm(join(folder, TEXT));
    await download();
    expectWhole();
  });

  test('is listed with its dtypes and its size, what is half there is not', async () => {
    hub.files.set('onnx/text_model_quantized.onnx', Buffer.from('q8'));
    hub.files.set('config.json', Buffer.from('{"model_type": "siglip", "vision_config": {"hidden_size": 768}}'));
    await download();
    await download({ textDtype: 'q8' });
    await mkdir(join(cacheDir, 'Xenova', 'half', 'onnx'), { recursive: true });
    await writeFile(join(cacheDir, 'Xenova', 'half', 'onnx', 'vision_model.onnx.0123456789ab.part'), 'x');
    const models = listModels(cacheDir);
    expect(models.map(({ id }) => id)).toEqual(['mini', MODEL_ID]);
    expect(models[1]).toMatchObject({ revision: COMMIT, vision: ['fp32'], text: ['fp32', 'q8'], dimension: 768 });
  });
});

describe('what a person reads when it cannot work', () => {
  test.each([
    [{ status: 401 }, undefined, `There is no public model ${MODEL_ID}`],
    [{ status: 401, code: 'GatedRepo' }, undefined, `${MODEL_ID} is gated. Accept its licence at`],
    [{ status: 403, code: 'GatedRepo' }, 'hf_x', 'the account of HF_TOKEN has no access yet'],
    [{ status: 401 }, 'hf_x', 'refuses HF_TOKEN'],
    [{ status: 403 }, undefined, 'refuses access'],
    [{ status: 404, code: 'RepoNotFound' }, undefined, `There is no model ${MODEL_ID}`],
    [{ status: 500 }, undefined, 'answered 500'],
  ])('the Hub answers %j, token %s', async (refuse, token, expected) => {
    hub.trouble.refuse = refuse;
    const problem = await problemOf(download({ hub: { endpoint: hub.origin, token, tries: ONCE } }));
    expect(problem).toContain(expected);
    if (token) expect(problem).not.toContain(token);
  });

  test('a revision that is not there', async () => {
    expect(await problemOf(download({ revision: 'v9' }))).toContain(`${MODEL_ID} has no revision "v9"`);
  });

  test('a dtype that is not there: which ones are', async () => {
    hub.files.set('onnx/text_model_quantized.onnx', Buffer.from('q8'));
    const problem = await problemOf(download({ textDtype: 'int8' }));
    expect(problem).toContain('has no onnx/text_model_int8.onnx');
    expect(problem).toContain('vision tower as fp32 and the text tower as fp32, q8');
  });

  test('a repository without ONNX files: where to look', async () => {
    hub.files.delete(VISION);
    expect(await problemOf(download())).toContain('onnx-community/');
  });

  test('nothing listens: how to bring the files by hand', async () => {
    await hub.close();
    const problem = await problemOf(download());
    expect(problem).toContain('cannot be reached');
    expect(problem).toContain(`copy its files into ${folder}`);
    for (const name of needed.filter((path) => path !== 'special_tokens_map.json')) expect(problem).toContain(name);
  });

  test('a sign-in page answers in the place of the Hub', async () => {
    const page = await startHubServer(new Map([['x', Buffer.from('<html>')]]));
    const endpoint = `${page.origin}/${MODEL_ID}/resolve/main/x?`;
    expect(await problemOf(download({ hub: { endpoint } }))).toContain('does not answer as the Hugging Face Hub does');
    await page.close();
  });

  test('a full disk: what has arrived is kept', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    const attempt = { id: MODEL_ID, revision: undefined, endpoint: hub.origin, hasToken: false, folder, fileNames: [] };
    const explained = explainDownloadError(full, attempt);
    expect(explained).toBeInstanceOf(StartupError);
    expect(String(explained)).toContain('The disk is full. Make room');
  });

  test('a folder that cannot be locked', async () => {
    await mkdir(join(folder, 'download.lock'), { recursive: true });
    const problem = await problemOf(download());
    expect(problem).toContain(`${join(folder, 'download.lock')} cannot be locked`);
    expect(problem).toContain('MODEL_CACHE_DIR names another folder');
  });

  test('a folder that cannot be written to', async () => {
    await writeFile(join(cacheDir, 'Xenova'), 'a file in the way');
    await expect(download()).rejects.toThrow(`${MODEL_ID} cannot be downloaded into ${folder}`);
  });
});

test('behind a proxy that HTTP_PROXY names, everything goes through it', async () => {
  const asked: string[] = [];
  const proxy = createServer(({ url = '', headers }, response) => {
    asked.push(new URL(url).origin);
    request(url, { headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    }).end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`);
  try {
    await download();
  } finally {
    vi.unstubAllEnvs();
    proxy.closeAllConnections();
    proxy.close();
  }
  expectWhole();
  expect(asked).toHaveLength(hub.requests.length);
  expect(new Set(asked)).toEqual(new Set([hub.origin]));
});

describe('the token', () => {
  test('goes to the Hub, and not along to the host that the Hub sends us on to', async () => {
    await using elsewhere = await startHubServer(smallFiles());
    hub.trouble.redirectTo = elsewhere.origin;
    await download({ hub: { endpoint: hub.origin, token: 'secret' } });
    expectWhole();
    expect(hub.requests.every(({ authorization }) => authorization === 'Bearer secret')).toBe(true);
    expect(elsewhere.requests.length).toBe(2);
    expect(elsewhere.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  test('does not go to another host that an answer of the Hub names', async () => {
    await using elsewhere = await startHubServer(smallFiles());
    const { get } = openHub({ endpoint: hub.origin, token: 'secret' }, { onRetry() {} });
    for (const { origin } of [hub, elsewhere])
      await (await get(`${origin}/${MODEL_ID}/resolve/main/config.json`)).text();
    expect(hub.requests[0]?.authorization).toBe('Bearer secret');
    expect(elsewhere.requests[0]?.authorization).toBeUndefined();
  });

  test('one with a line break is refused before it is sent', async () => {
    const problem = await problemOf(download({ hub: { endpoint: hub.origin, token: 'hf_a\nb' } }));
    expect(problem).toContain('HF_TOKEN');
    expect(problem).not.toContain('hf_a');
    expect(hub.requests).toEqual([]);
  });
});

describe('two downloads of one model at once', () => {
  test('the second waits for the first, and nothing comes twice', async () => {
    const gate = Promise.withResolvers<void>();
    hub.trouble.slow = gate.promise;
    const first = download();
    const second = download({ onEvent: (event) => event.kind === 'waiting' && gate.resolve() });
    await Promise.all([first, second]);
    expectWhole();
    expect(rangesOf(VISION)).toHaveLength(1);
  });

  test('one of another process is waited for, however long it takes', async () => {
    await mkdir(folder, { recursive: true });
    const lock = lockFile(join(folder, 'download.lock'));
    const events: string[] = [];
    const attempt = download({ onEvent: ({ kind }) => events.push(kind) });
    await expect.poll(() => events).toEqual(['waiting']);
    expect(hub.requests).toEqual([]);
    lock.close();
    await attempt;
    expectWhole();
  });

  test('waiting can be stopped', async () => {
    await mkdir(folder, { recursive: true });
    const lock = lockFile(join(folder, 'download.lock'));
    const controller = new AbortController();
    const reason = new Error('enough');
    const attempt = download({ signal: controller.signal, onEvent: () => controller.abort(reason) });
    await expect(attempt).rejects.toBe(reason);
    lock.close();
  });
});
