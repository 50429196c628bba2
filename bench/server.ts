import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PACKAGE_ROOT } from '../src/package-root.ts';

/** A server of its own process, as it is run in production. */
export interface BenchServer {
  /** Where it answers: http://127.0.0.1:PORT/graphql. */
  url: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

/** Of /proc: so many in a second, on every Linux. */
const TICKS = 100;

/** What a server has spent on its cores, in seconds. Linux only. */
export function cpuSeconds({ process: { pid } }: BenchServer): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** A folder for data that is removed again. */
export async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/**
 * Starts a server on a free port and resolves when it is ready. `environment` goes on top of what a benchmark needs;
 * `program` is run in place of Vitrine, with its arguments.
 */
export async function startServer(
  environment: Record<string, string>,
  program: readonly string[] = [join(PACKAGE_ROOT, 'src/main.ts')],
): Promise<BenchServer> {
  const child = spawn(process.execPath, program, {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: '0',
      LOG_LEVEL: 'info',
      RATE_LIMIT_SEARCHES: '0',
      RATE_LIMIT_WRITES: '0',
      ALLOW_ANONYMOUS_WRITES: 'on',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    url: await readyAddress(child),
    process: child,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The address that a server says it listens on, once it is ready. What it says later is thrown away. */
async function readyAddress(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The server has no output.');
  for await (const line of createInterface({ input: child.stdout })) {
    const [address] = /http:\/\/localhost:\d+\/graphql/.exec(line) ?? [];
    if (!line.includes('Ready') || address === undefined) continue;
    child.stdout.resume();
    return address.replace('localhost', '127.0.0.1');
  }
  throw new Error('The server ended before it was ready.');
}
