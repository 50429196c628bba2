import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

function answers(command: string, args: readonly string[], expected: RegExp): boolean {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 5_000 });
  return expected.test(`${stdout}${stderr}`);
}

/** Whether tests that need a real Redis can run here. */
export const hasRedis = answers('redis-server', ['--version'], /^Redis server v=/);

/** Whether Redis was built with TLS and a certificate can be made. A server that should listen nowhere says so and ends. */
export const hasRedisTls =
  hasRedis &&
  answers('redis-server', ['--port', '0', '--tls-port', '0'], /not listen anywhere/) &&
  answers('openssl', ['version'], /^OpenSSL/);

/** A real redis-server of the test's own, on a free port of 127.0.0.1. */
export interface TestRedis {
  readonly port: number;
  /** With the password, if there is one. */
  readonly url: string;
  /** Its certificate, in PEM, when it speaks TLS. */
  readonly certificate: string | undefined;
  /** Stops answering without closing anything. */
  freeze(): void;
  thaw(): void;
  /** Ends the process as a crash would; everything in it is lost. */
  kill(): Promise<void>;
  /** Starts again on the same port, empty. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

export interface TestRedisOptions {
  /** A free one when not given. */
  port?: number;
  password?: string;
  tls?: boolean;
  /** More arguments; `port` is that of the server. */
  args?: (port: number, dir: string) => readonly string[];
  /** What it logs once it can be used. */
  readyLine?: RegExp;
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

function makeCertificate(dir: string): string {
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  const files = ['-keyout', join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...files], { stdio: 'ignore' });
  return readFileSync(join(dir, 'cert.pem'), 'utf8');
}

async function launch(args: readonly string[], readyLine: RegExp): Promise<ChildProcess> {
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`redis-server ended: ${lines.join('\n')}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (readyLine.test(line)) resolve();
    });
  });
  return child;
}

/** Starts a redis-server and resolves when it can be used. Whoever starts it stops it. */
export async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const { password, tls = false, readyLine = /Ready to accept connections/ } = options;
  const dir = mkdtempSync(join(tmpdir(), 'vitrine-redis-'));
  const certificate = tls ? makeCertificate(dir) : undefined;
  const port = options.port ?? (await findFreePort());
  const files = ['--tls-cert-file', join(dir, 'cert.pem'), '--tls-key-file', join(dir, 'key.pem')];
  const args = [
    ...(options.args?.(port, dir) ?? []),
    ...(tls
      ? ['--port', '0', '--tls-port', String(port), ...files, '--tls-auth-clients', 'no']
      : ['--port', `${port}`]),
    ...(password === undefined ? [] : ['--requirepass', password]),
    ...['--bind', '127.0.0.1', '--dir', dir],
  ];
  let child = await launch(args, readyLine);

  async function end(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  return {
    port,
    url: `${tls ? 'rediss' : 'redis'}://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`,
    certificate,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: end,
    async restart() {
      await end();
      child = await launch(args, readyLine);
    },
    async stop() {
      await end();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
