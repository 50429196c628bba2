import { randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const ownerSchema = z.object({ token: z.string(), machine: z.string(), pid: z.number() });

/** How often the owner shows that it lives. */
const BEAT_MS = 3000;
/** A lock that shows no life for so long has lost its owner. */
const STALE_MS = 15_000;
const POLL_MS = 250;

/** Locks of this process: after a restart in a container, an old lock may bear the new process's number. */
const mine = new Set<string>();

/**
 * Runs `work` while no other process that uses the same file does. The owner touches the file every few seconds; a lock
 * whose owner has died is taken over, at once where the process can be seen to be gone, else after 15 s without a
 * touch, measured by this machine's clock alone. Waiting ends when `signal` aborts.
 */
export async function withLock<T>(
  path: string,
  options: { signal?: AbortSignal | undefined; onWait?(): void },
  work: () => Promise<T>,
): Promise<T> {
  const token = randomUUID();
  await acquire(path, token, options);
  mine.add(token);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    mine.delete(token);
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text.includes(token)) await rm(path, { force: true });
  }
}

async function acquire(
  path: string,
  token: string,
  { signal, onWait }: { signal?: AbortSignal | undefined; onWait?(): void },
) {
  const text = JSON.stringify({ token, machine: machineName(), pid: process.pid });
  let seen: { state: string; at: number } | undefined;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await writeFile(path, text, { flag: 'wx' });
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) {
        // A full disk leaves an empty file.
        await rm(path, { force: true }).catch(() => {});
        throw error;
      }
    }
    const held = await readLock(path);
    if (!held) continue;
    const silentMs = seen?.state === held.state ? performance.now() - seen.at : 0;
    if (isGone(held.text) || silentMs > STALE_MS) {
      await rm(path, { force: true });
      continue;
    }
    if (!seen) onWait?.();
    if (seen?.state !== held.state) seen = { state: held.state, at: performance.now() };
    await delay(POLL_MS, undefined, signal && { signal });
  }
}

/** What the lock says, and a state that changes with every touch. */
async function readLock(path: string): Promise<{ text: string; state: string } | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    return { text, state: `${text} ${(await stat(path)).mtimeMs}` };
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Whether the owner is known to be gone. On another machine, or in another container, that cannot be known. */
function isGone(text: string): boolean {
  const owner = ownerSchema.safeParse(parseJson(text)).data;
  if (!owner || owner.machine !== machineName()) return false;
  if (owner.pid === process.pid) return !mine.has(owner.token);
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return isSystemError(error, 'ESRCH');
  }
}

/** Where process numbers mean the same: a host, and on Linux a container of it. */
function machineName(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Its owner is just writing it.
    return undefined;
  }
}

function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
