import { z } from 'zod';
import type { StoredProduct } from '../product.ts';
import type { CatalogueService } from '../services/health/collection-stats.ts';
import type { SearchService } from '../services/search/types.ts';
import { parseArguments } from './arguments.ts';

/** What tools stand on. */
export interface ToolDependencies {
  search: Pick<SearchService, 'search'>;
  catalogue: Pick<CatalogueService, 'list'>;
  /** Those of some products that exist, by id. */
  getProducts(ids: readonly string[], options: { signal: AbortSignal }): Promise<ReadonlyMap<string, StoredProduct>>;
}

/** Who calls a tool. */
export interface ToolCall {
  /** For fairness in the queues: a key's name or an address. */
  caller: string;
  /** Aborted when the caller leaves. */
  signal: AbortSignal;
  /** Counts searches on the caller's budget; throws RATE_LIMITED where they are not all left. */
  charge(searches: number): Promise<void>;
}

/** What a tool answers: data of its output schema, and the images in it as links. */
export interface ToolAnswer<Data> {
  data: Data;
  images: { uri: string; name: string }[];
}

/** A tool as it is listed, and what it does. */
export interface Tool {
  listed: {
    name: string;
    title: string;
    description: string;
    inputSchema: { type: 'object' };
    outputSchema: { type: 'object' };
    annotations: { readOnlyHint: boolean; openWorldHint: boolean };
  };
  /** Whether its answer may be given again until the next write. */
  cached: boolean;
  /** Throws AppError, its problems in the names of the tool's arguments. */
  call(given: unknown, call: ToolCall): Promise<ToolAnswer<Record<string, unknown>>>;
}

/** Puts a tool together from its words, its schemas and what it does. */
export function defineTool<Input extends z.ZodType, Output extends z.ZodObject>(definition: {
  name: string;
  title: string;
  description: string;
  input: Input;
  output: Output;
  cached: boolean;
  run(args: z.output<Input>, call: ToolCall): Promise<ToolAnswer<z.input<Output>>>;
}): Tool {
  const { name, title, description, input, output, cached, run } = definition;
  return {
    listed: {
      name,
      title,
      description,
      inputSchema: jsonSchemaOf(input),
      outputSchema: jsonSchemaOf(output),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    cached,
    call: async (given, call) => run(parseArguments(input, given), call),
  };
}

/** What a schema makes of its input is what it wants best: texts by their final length, lists by their items. */
function jsonSchemaOf(schema: z.ZodType): { type: 'object' } {
  return { ...z.toJSONSchema(schema, { io: 'output' }), type: 'object' };
}
