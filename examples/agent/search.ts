// What an agent does, by the official client of the Model Context Protocol. While a server runs:
// node examples/agent/search.ts "red dress"
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const url = new URL('/mcp', process.env.VITRINE_URL ?? 'http://localhost:4000');
const key = process.env.VITRINE_API_KEY;
const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };

const client = new Client({ name: 'example-agent', version: '1.0.0' });
await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));

const { tools } = await client.listTools();
for (const { name, description } of tools) process.stdout.write(`${name}: ${description}\n`);

const result = await client.callTool({
  name: 'search_catalog',
  arguments: {
    catalog: {
      query: process.argv[2] ?? 'red dress',
      filters: { price: { max: 8000 }, available: true },
      pagination: { limit: 3 },
    },
  },
});
for (const part of result.content) {
  // A link to an image of each product; the products themselves are in result.structuredContent.
  if (part.type === 'resource_link') process.stdout.write(`${part.name}: ${part.uri}\n`);
  else if (part.type === 'text' && result.isError) process.stdout.write(`${part.text}\n`);
}
await client.close();
