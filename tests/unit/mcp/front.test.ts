import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { toSearchRequest } from '../../../src/mcp/arguments.ts';
import { createMcpFront } from '../../../src/mcp/front.ts';
import { fromMinorUnits, toMinorUnits } from '../../../src/mcp/money.ts';

describe('prices', () => {
  test.each([
    ['EUR', 19.99, 1999],
    ['EUR', 0.29, 29],
    ['JPY', 5000, 5000],
    ['KWD', 1.234, 1234],
    ['nothing', 1.5, 150],
  ])('of %s are told in its own minor units: %d is %d', (currency, price, amount) => {
    expect(toMinorUnits(price, currency)).toBe(amount);
    expect(fromMinorUnits(amount, currency)).toBe(price);
  });

  test('to filter by are those of the catalogue, unless the caller names a currency', async () => {
    const filters = { price: { min: 100, max: 5000 } };
    const inYen = await toSearchRequest({ filters }, {}, async () => 'JPY');
    expect(inYen.filter.price).toEqual({ min: 100, max: 5000 });
    const inEuro = await toSearchRequest({ filters, context: { currency: 'EUR' } }, {}, async () => 'JPY');
    expect(inEuro.filter.price).toEqual({ min: 1, max: 50 });
  });
});

describe('what goes wrong inside', () => {
  const call = { caller: 'x', signal: new AbortController().signal, charge: async () => {}, note: () => {} };

  async function failWith(error: Error) {
    const reported: unknown[] = [];
    const front = createMcpFront({
      search: { search: () => Promise.reject(error) },
      catalogue: { list: () => Promise.reject(error) },
      getProducts: () => Promise.reject(error),
      version: '1',
      answers: { look: async () => ({ kept: undefined, keep: () => {} }) },
      report: (thrown) => reported.push(thrown),
    });
    const message = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'search_catalog', arguments: { catalog: { query: 'hat' } } },
    };
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const request = new Request('http://localhost/mcp', { method: 'POST', headers });
    const text = await (await front(request, message, call)).text();
    return { text, reported };
  }

  test('is reported, and nothing of it is told', async () => {
    const { text, reported } = await failWith(new Error('the password is hunter2'));
    expect(reported).toHaveLength(1);
    expect(text).not.toContain('hunter2');
    expect(JSON.parse(text).result).toMatchObject({
      isError: true,
      content: [{ text: 'INTERNAL_SERVER_ERROR: Something went wrong on the server.' }],
      structuredContent: { messages: [{ severity: 'unrecoverable' }] },
    });
  });

  test('is told where the caller can do something about it: come back later', async () => {
    const { text } = await failWith(new AppError('OVERLOADED', 'Too much waits.', { retryAfter: 2 }));
    expect(JSON.parse(text).result).toMatchObject({
      content: [{ text: 'OVERLOADED: Too much waits. Retry after 2 s.' }],
      structuredContent: { retry_after: 2, messages: [{ severity: 'recoverable' }] },
    });
  });
});
