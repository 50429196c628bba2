import { QdrantClientResourceExhaustedError } from '@qdrant/js-client-rest';
import { describe, expect, test } from 'vitest';
import { createQdrantCall, failureOf } from '../../../../../src/adapters/vector-store/qdrant/call.ts';
import { AppError } from '../../../../../src/errors.ts';

/** An error as the client throws it for an answer that is not a success. */
const refused = (status: number, data: unknown = { status: { error: `told ${status}` } }) =>
  Object.assign(new Error('Words'), { status, data });

/** An error as fetch throws it for a connection. */
const broken = (code: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(`says ${code}`), { code }) });

/** Runs a call whose requests fail with these errors, one after the other, and then succeed. */
async function run(errors: readonly unknown[], options: { timeoutMs?: number; random?: number } = {}) {
  const call = createQdrantCall({ timeoutMs: options.timeoutMs ?? 10_000, random: () => options.random ?? 0 });
  let tries = 0;
  const outcome = await call('test', async () => {
    const error = errors[tries];
    tries += 1;
    if (error !== undefined) throw error;
    return { data: { result: 'done' } };
  }).catch((error: unknown) => error);
  return { outcome, tries };
}

describe('a request to Qdrant', () => {
  test.each([
    ['a socket that the server had closed', broken('UND_ERR_SOCKET')],
    ['a connection that was reset', broken('ECONNRESET')],
    ['a server that restarts', broken('ECONNREFUSED')],
    ['a name that does not resolve yet', broken('ENOTFOUND')],
    ['an overloaded server', refused(429)],
    ['an overloaded server that says when to come back', new QdrantClientResourceExhaustedError('slow down', '0')],
    ['a proxy without a server behind it', refused(502)],
    ['a server that is not ready', refused(503)],
    ['a proxy that lost patience', refused(504)],
  ])('is sent again after %s, so that the shopper notices nothing', async (_what, error) => {
    expect(await run([error, error])).toEqual({ outcome: 'done', tries: 3 });
  });

  test.each([400, 401, 403, 404, 409, 422, 500])(
    'is not sent again after status %i: it would fail again',
    async (status) => {
      const { outcome, tries } = await run([refused(status)]);
      expect(tries).toBe(1);
      expect(outcome).toBeInstanceOf(AppError);
      expect(outcome).toMatchObject({ code: 'VECTOR_STORE_UNAVAILABLE' });
      expect(failureOf(outcome)).toMatchObject({ status, reason: `told ${status}` });
    },
  );

  test('is given up after five tries', async () => {
    const { outcome, tries } = await run(Array.from({ length: 9 }, () => refused(503)));
    expect(tries).toBe(5);
    expect(outcome).toMatchObject({ code: 'VECTOR_STORE_UNAVAILABLE', message: expect.stringContaining('try again') });
  });

  test('is not repeated past its time: a server that says "come back in 3 s" to a call of 1 s gets no second try', async () => {
    const { outcome, tries } = await run([new QdrantClientResourceExhaustedError('slow down', '3')], {
      timeoutMs: 1000,
    });
    expect(tries).toBe(1);
    expect(failureOf(outcome)).toMatchObject({ status: 429, retryAfterMs: 3000 });
  });

  test('is sent again at once after the first closed socket, whatever the jitter', async () => {
    const { outcome, tries } = await run([broken('UND_ERR_SOCKET')], { timeoutMs: 1000, random: 1e9 });
    expect({ outcome, tries }).toEqual({ outcome: 'done', tries: 2 });
  });

  test('the log learns what the server said, the caller does not', async () => {
    const { outcome } = await run([refused(401, 'Invalid API key or JWT')]);
    expect(outcome).toMatchObject({
      message: 'The vector store refuses the key that this server shows it.',
      cause: { message: 'Qdrant, test: Invalid API key or JWT' },
    });
  });

  test('a full disk of Qdrant is called by its name, since health shows why writes fail', async () => {
    const error = 'Service internal error: No space left on device: WAL buffer size exceeds available disk space';
    const { outcome } = await run([refused(500, { status: { error } })]);
    expect(outcome).toMatchObject({ message: 'The disk of the vector store is full.' });
  });

  test('an answer that cannot be read is an outage and not a defect of ours', async () => {
    const { outcome } = await run([new SyntaxError('Unexpected end of JSON input')]);
    expect(outcome).toMatchObject({ code: 'VECTOR_STORE_UNAVAILABLE' });
  });

  test('a caller that went away is not kept waiting by a pause between two tries', async () => {
    const call = createQdrantCall({ timeoutMs: 60_000, random: () => 1e9 });
    const controller = new AbortController();
    const reason = new Error('gone');
    const running = call(
      'test',
      async () => {
        queueMicrotask(() => controller.abort(reason));
        throw new QdrantClientResourceExhaustedError('slow down', '9');
      },
      { signal: controller.signal },
    );
    await expect(running).rejects.toBe(reason);
  });
});
