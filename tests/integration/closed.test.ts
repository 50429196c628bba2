import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GetHealth } from '../support/operations.ts';
import { sendRaw } from '../support/raw-client.ts';
import { ORIGIN, startVitrine, type TestVitrine } from '../support/vitrine.ts';

let vitrine: TestVitrine;
beforeAll(async () => {
  vitrine = await startVitrine({ GRAPHIQL: 'off', INTROSPECTION: 'off' });
});
afterAll(() => vitrine.close());

describe('a server whose explorer is closed', () => {
  const html = { headers: { accept: 'text/html' } };

  test('shows no page, and leads nobody to one', async () => {
    const page = await vitrine.server.fetch(`${ORIGIN}/graphql`, html);
    expect((await page.text()).includes('<html')).toBe(false);
    expect((await vitrine.server.fetch(`${ORIGIN}/`, html)).status).toBe(404);
  });

  test('tells nothing about its schema, neither when asked nor beside a mistake', async () => {
    for (const query of ['{ __schema { queryType { name } } }', '{ __type(name: "Product") { name } }']) {
      const { data, errors } = await sendRaw(vitrine.server, { query });
      expect([data, errors[0]?.extensions.code]).toEqual([null, 'BAD_USER_INPUT']);
    }
    const [mistake] = (await sendRaw(vitrine.server, { query: '{ helth { status } }' })).errors;
    expect(mistake?.message).not.toContain('health');
  });

  test('answers every client as before', async () => {
    expect((await vitrine.data(GetHealth, {})).health.status).toBe('UP');
    expect((await sendRaw(vitrine.server, { query: '{ __typename }' })).data).toEqual({ __typename: 'Query' });
  });
});
