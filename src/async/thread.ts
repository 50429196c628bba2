import { type MessagePort, parentPort, type Transferable, Worker, workerData } from 'node:worker_threads';

/** What a thread can be asked: functions of one argument. Arguments and results are copied between threads. */
export type ThreadApi<Api> = { [Name in keyof Api]: (argument: never) => unknown };

type Argument<Method> = Method extends (argument: infer Given) => unknown ? Given : never;
type Result<Method> = Method extends (argument: never) => infer Given ? Awaited<Given> : never;

/** A thread that answers calls, in the order in which they are made unless an answer takes its time. */
export interface Thread<Api extends ThreadApi<Api>> {
  /** Rejects with what the function threw (as a ThreadError), or when the thread ends before it answers. */
  call<Name extends keyof Api>(
    name: Name,
    argument: Argument<Api[Name]>,
    transfer?: readonly Transferable[],
  ): Promise<Result<Api[Name]>>;
  /** How many calls are not answered yet. */
  readonly pending: number;
  isRunning(): boolean;
  /** Ends the thread after what it has been asked. */
  close(): Promise<void>;
}

/** The data that a thread starts with: its file, and what its `open` gets. */
interface Start {
  thread: string;
  data: unknown;
}
type ToThread = { id: number; name: string; argument: never } | 'close';
type FromThread =
  | { kind: 'opened' }
  | { kind: 'result'; id: number; result: never }
  | { kind: 'failed'; id: number; failure: Failure }
  | { kind: 'unopened'; failure: Failure };

/** An error on its way between threads, where it would lose all but its message. */
interface Failure {
  name: string;
  message: string;
  stack: string | undefined;
  code: unknown;
  errcode: unknown;
}

/** An error of another thread, with its name and the codes of Node (`code`) and SQLite (`errcode`). */
export class ThreadError extends Error {
  readonly code: unknown;
  readonly errcode: unknown;

  constructor({ name, message, stack, code, errcode }: Failure) {
    super(message);
    this.name = name;
    if (stack !== undefined) this.stack = stack;
    this.code = code;
    this.errcode = errcode;
  }
}

function toFailure(error: unknown): Failure {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const field = (key: string): unknown => (error instanceof Error ? Reflect.get(error, key) : undefined);
  return { name, message, stack, code: field('code'), errcode: field('errcode') };
}

interface Waiting {
  resolve(result: never): void;
  reject(reason: unknown): void;
}

/**
 * Starts a thread in the file `url`, which calls `serveThread`; its `open` gets `data`. Rejects with what `open` threw.
 * An idle thread keeps no process alive; one that was asked something does.
 */
export async function openThread<Api extends ThreadApi<Api>>(url: URL, data: unknown): Promise<Thread<Api>> {
  const worker = new Worker(url, {
    workerData: { thread: url.href, data } satisfies Start,
    // SQLite is a release candidate in Node 24: nobody who runs a shop can do anything about that warning.
    execArgv: [...process.execArgv, '--disable-warning=ExperimentalWarning'],
  });
  const waiting = new Map<number, Waiting>();
  const opened = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let running = true;
  let closing = false;
  let lastId = 0;

  const settle = (id: number, finish: (call: Waiting) => void): void => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0 && !closing) worker.unref();
    if (call) finish(call);
  };
  const failAll = (error: Error): void => {
    opened.reject(error);
    for (const id of [...waiting.keys()]) settle(id, ({ reject }) => reject(error));
  };
  worker.on('message', (message: FromThread) => {
    if (message.kind === 'opened') opened.resolve();
    if (message.kind === 'unopened') opened.reject(new ThreadError(message.failure));
    if (message.kind === 'result') settle(message.id, ({ resolve }) => resolve(message.result));
    if (message.kind === 'failed') settle(message.id, ({ reject }) => reject(new ThreadError(message.failure)));
  });
  worker.on('error', failAll);
  worker.on('exit', () => {
    running = false;
    failAll(new Error('The thread has ended.'));
    ended.resolve();
  });

  await opened.promise;
  worker.unref();
  return {
    get pending() {
      return waiting.size;
    },
    isRunning: () => running,
    call(name, argument, transfer = []) {
      if (!running) return Promise.reject(new Error('The thread has ended.'));
      const call = Promise.withResolvers<Result<Api[typeof name]>>();
      lastId += 1;
      waiting.set(lastId, call);
      worker.ref();
      worker.postMessage({ id: lastId, name, argument }, transfer);
      return call.promise;
    },
    close() {
      closing = true;
      worker.ref();
      if (running) worker.postMessage('close' satisfies ToThread);
      return ended.promise;
    },
  };
}

/** What a thread's file serves: the functions, and what is to be done at the end. */
export interface ThreadWork<Api extends ThreadApi<Api>> {
  api: Api;
  close(): void | Promise<void>;
}

/**
 * The other side, called at the top of the thread's own file with its `import.meta.url`. Does nothing where the file is
 * imported by another one, for its types or its address.
 */
export function serveThread<Data, Api extends ThreadApi<Api>>(
  url: string,
  open: (data: Data) => ThreadWork<Api> | Promise<ThreadWork<Api>>,
): void {
  const start: Partial<Start> | null = typeof workerData === 'object' ? workerData : null;
  if (parentPort !== null && start?.thread === url) void serve(parentPort, () => open(workerData.data));
}

async function serve<Api extends ThreadApi<Api>>(
  port: MessagePort,
  open: () => ThreadWork<Api> | Promise<ThreadWork<Api>>,
): Promise<void> {
  const post = (message: FromThread) => port.postMessage(message);
  try {
    const { api, close } = await open();
    const methods = new Map<string, (argument: never) => unknown>(Object.entries(api));
    const answering = new Set<Promise<void>>();
    const end = async (): Promise<void> => {
      await Promise.all(answering);
      await close();
      port.close();
    };
    const answer = async ({ id, name, argument }: Exclude<ToThread, 'close'>): Promise<void> => {
      try {
        const result = await methods.get(name)?.(argument);
        port.postMessage({ kind: 'result', id, result });
      } catch (error) {
        post({ kind: 'failed', id, failure: toFailure(error) });
      }
    };
    port.on('message', (message: ToThread) => {
      if (message === 'close') return void end();
      const answered: Promise<void> = answer(message).finally(() => answering.delete(answered));
      answering.add(answered);
    });
    post({ kind: 'opened' });
  } catch (error) {
    post({ kind: 'unopened', failure: toFailure(error) });
    port.close();
  }
}
