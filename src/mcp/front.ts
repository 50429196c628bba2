import {
  type CallToolResult,
  createMcpHandler,
  isCallToolResult,
  isLegacyRequest,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { closestName } from '../closest-name.ts';
import { AppError, describeError, type ErrorCode } from '../errors.ts';
import { inToolNames } from './arguments.ts';
import { createLookupTools } from './lookup-tools.ts';
import { createSearchTools } from './search-tools.ts';
import { UCP_VERSION } from './shapes.ts';
import type { Tool, ToolAnswer, ToolCall, ToolDependencies } from './tool.ts';

/** Who sends a message, and who wants to hear of it. */
interface McpCall extends ToolCall {
  /** For the log: what was asked for, and the code of what it failed with. */
  note(asked: { operation: string; code?: ErrorCode }): void;
}

/** What was answered before. */
export interface AnswerCache {
  /** Looks a question up: its answer, where there is one, and how to keep the one that is made now. */
  look(question: unknown): Promise<{ kept: unknown; keep(answer: Record<string, unknown>): void }>;
}

interface FrontDependencies extends ToolDependencies {
  version: string;
  answers: AnswerCache;
  /** Hears of defects. */
  report(error: unknown): void;
}

/** Answers the messages of agents: JSON in, JSON out, nothing kept between two of them. */
export type McpFront = (request: Request, message: unknown, call: McpCall) => Promise<Response>;

const INSTRUCTIONS =
  "Searches a shop's products by what they look like and by words. list_facets tells what can be filtered by. " +
  'Every product comes with links to its images.';

/**
 * The Model Context Protocol over the services: revisions of 2025 (`initialize` first) and of 2026 (every request says all).
 * Without sessions, so that any replica can answer any message.
 */
export function createMcpFront(deps: FrontDependencies): McpFront {
  const tools = [...createSearchTools(deps), ...createLookupTools(deps)];
  const byName = new Map(tools.map((tool) => [tool.listed.name, tool]));
  const listed = tools.map((tool) => tool.listed);
  const calls = new WeakMap<Request, McpCall>();

  function createServer(call: McpCall): Server {
    const server = new Server(
      { name: 'vitrine', title: 'Vitrine product search', version: deps.version },
      { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
    );
    server.setRequestHandler('tools/list', () => ({ tools: listed }));
    server.setRequestHandler('tools/call', async ({ params }) => {
      const tool = byName.get(params.name);
      if (tool === undefined) {
        const meant = closestName(params.name, byName.keys());
        const hint = meant === undefined ? `There are ${[...byName.keys()].join(', ')}.` : `Did you mean ${meant}?`;
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no such tool. ${hint}`);
      }
      return callTool(tool, params.arguments, call, deps);
    });
    return server;
  }

  const modern = createMcpHandler(
    ({ requestInfo }) => {
      const call = requestInfo && calls.get(requestInfo);
      if (call === undefined) throw new TypeError('A message came by another way than the front.');
      return createServer(call);
    },
    // What is listed never changes: there is nothing to keep a stream open for.
    { legacy: 'reject', maxSubscriptions: 0 },
  );

  return async (request, message, call) => {
    if (await isLegacyRequest(request, message)) {
      const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
      const server = createServer(call);
      await server.connect(transport);
      try {
        return await transport.handleRequest(request, { parsedBody: message });
      } finally {
        await server.close();
      }
    }
    calls.set(request, call);
    return modern.fetch(request, { parsedBody: message });
  };
}

async function callTool(
  tool: Tool,
  given: unknown,
  call: McpCall,
  { answers, report }: Pick<FrontDependencies, 'answers' | 'report'>,
): Promise<CallToolResult> {
  const operation = tool.listed.name;
  try {
    // Also for an answer that is there already.
    await call.charge(1);
    const before = tool.cached ? await answers.look(['mcp', operation, given]) : undefined;
    call.note({ operation });
    if (isCallToolResult(before?.kept)) return before.kept;
    const result = toResult(await tool.call(given, call));
    before?.keep(result);
    return result;
  } catch (thrown) {
    const error = inToolNames(thrown);
    report(error);
    const { code } = describeError(error);
    call.note({ operation, code });
    return toFailure(error);
  }
}

function toResult({ data, images }: ToolAnswer<Record<string, unknown>>): CallToolResult {
  return {
    structuredContent: data,
    content: [
      // The same once more for clients that read no structured content, as the protocol asks.
      { type: 'text', text: JSON.stringify(data) },
      ...images.map(({ uri, name }) => ({ type: 'resource_link' as const, uri, name })),
    ],
  };
}

/** An error as whoever called the tool can mend it: code, words, and where the problems are; in UCP's shape besides. */
function toFailure(error: unknown): CallToolResult {
  const { code, message } = describeError(error);
  const { issues = [], retryAfter } = error instanceof AppError ? error.details : {};
  const severity = code === 'NOT_FOUND' || code === 'INTERNAL_SERVER_ERROR' ? 'unrecoverable' : 'recoverable';
  const told = issues.length > 0 ? issues : [{ path: [], message }];
  const messages = told.map(({ path, message }) => ({
    type: 'error',
    code,
    content: message,
    ...(path.length > 0 && { path: ['$', ...path].join('.') }),
    severity,
  }));
  const again = retryAfter === undefined ? '' : ` Retry after ${retryAfter} s.`;
  return {
    isError: true,
    content: [{ type: 'text', text: `${code}: ${told.map(({ message }) => message).join('; ')}${again}` }],
    structuredContent: {
      ucp: { version: UCP_VERSION, status: 'error' },
      messages,
      ...(retryAfter !== undefined && { retry_after: retryAfter }),
    },
  };
}
