import type { Context } from '../context.ts';

export function checkHealth(_root: unknown, _args: unknown, context: Context) {
  return context.services.health.check();
}
