import { serveThread } from '../../../src/async/thread.ts';

/** This file, to start a thread from. */
export const echoThreadUrl = new URL(import.meta.url);

export interface EchoApi {
  greet(name: string): string;
  fail(message: string): never;
  die(argument: null): never;
}

serveThread(import.meta.url, ({ greeting }: { greeting: string }) => {
  if (greeting === '') throw new Error('nothing to say');
  const api: EchoApi = {
    greet: (name) => `${greeting}, ${name}`,
    fail(message) {
      throw Object.assign(new RangeError(message), { code: 'ENOSPC' });
    },
    die: () => process.exit(3),
  };
  return { api, close: () => undefined };
});
