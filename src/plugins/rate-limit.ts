import { type Store, useRateLimiter } from '@envelop/rate-limiter';
import {
  type DocumentNode,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  separateOperations,
  visit,
} from 'graphql';
import { RATE_LIMIT_WINDOW_MS, type RateLimiter } from '../adapters/rate-limit/types.ts';
import type { Budget } from '../context.ts';
import { AppError } from '../errors.ts';
import { asGraphQLError } from './public-errors.ts';
import type { RootField } from './root-fields.ts';

/** Calls a minute that a caller has on each budget; 0 = no limit. */
export type BudgetLimits = Readonly<Record<Budget, number>>;

/** RATE_LIMITED, with the seconds after which the caller has its next call. */
function rateLimited(budget: Budget, max: number, retryAfterMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  const message = `Too many ${budget}: ${max} a minute are allowed. Try again in ${seconds} s.`;
  return new AppError('RATE_LIMITED', message, { retryAfter: seconds });
}

/**
 * Counts `calls` more on a budget of a caller: for what an operation turns out to cost beside its root fields. Throws
 * RATE_LIMITED where they are not all left.
 */
export async function chargeBudget(
  { limiter, limits }: { limiter: RateLimiter; limits: BudgetLimits },
  caller: string,
  budget: Budget,
  calls: number,
): Promise<void> {
  const max = limits[budget];
  if (max === 0) return;
  const verdicts = await Promise.all(Array.from({ length: calls }, () => limiter.take({ caller, budget, max })));
  for (const verdict of verdicts) if (!verdict.allowed) throw rateLimited(budget, max, verdict.retryAfterMs);
}

/**
 * The plugin reads the timestamps of a caller, compares and writes them back: two replicas that do so at once lose
 * counts, and it knows no time to come back at. So the decision falls here, at reading, in one step of `limiter`: an
 * empty list lets the call through, a refusal is thrown. Writing has nothing left to do.
 */
function createRateLimitStore(limiter: RateLimiter, fields: readonly LimitedField[]): Store {
  return {
    async getForIdentity({ contextIdentity, fieldIdentity }) {
      const field = fields.find(({ name }) => name === fieldIdentity);
      if (field === undefined) return [];
      const { budget, max } = field;
      const verdict = await limiter.take({ caller: contextIdentity, budget, max });
      if (!verdict.allowed) throw asGraphQLError(rateLimited(budget, max, verdict.retryAfterMs));
      return [];
    },
    setForIdentity() {},
  };
}

interface LimitedField {
  type: string;
  name: string;
  budget: Budget;
  max: number;
}

/**
 * Wrong variables are told here and not by the executor, which tells up to a hundred mistakes: each quotes the whole value
 * that it was found in.
 */
const MAX_VARIABLE_ERRORS = 5;

type RateLimitPlugin = ReturnType<typeof useRateLimiter>;

/**
 * Limits how often a caller may ask for the root fields of each budget. Every use of a field counts, also under an alias; an
 * operation with one use too many is refused as a whole, before anything of it runs. The caller is the `callerName`
 * of the context. Put it before the response cache, since a cached answer counts too.
 */
export function useRateLimits(options: {
  limiter: RateLimiter;
  limits: BudgetLimits;
  rootFields: readonly RootField[];
}): RateLimitPlugin {
  const fields = options.rootFields.flatMap(({ type, name, policy: { budget } }) => {
    const max = budget === null ? 0 : options.limits[budget];
    return budget === null || max === 0 ? [] : [{ type, name, budget, max }];
  });
  const plugin = useRateLimiter({
    identifyFn: callerNameOf,
    store: createRateLimitStore(options.limiter, fields),
    configByField: fields.map(({ type, name, max }) => ({
      type,
      field: name,
      max,
      window: `${RATE_LIMIT_WINDOW_MS}ms`,
    })),
  });
  return {
    onExecute(payload) {
      const { schema, document, operationName, variableValues } = payload.args;
      const operation = getOperationAST(document, operationName);
      if (!operation) return;
      const { variableValues: values, errors } = getVariableValues(
        schema,
        operation.variableDefinitions ?? [],
        variableValues ?? {},
        { maxErrors: MAX_VARIABLE_ERRORS },
      );
      if (errors) {
        payload.setResultAndStopExecution({ errors });
        return;
      }
      if (fields.length === 0) return;
      // The plugin counts every field of a document and reads its arguments from the variables as they were sent. This
      // gives it the root fields of the one operation that runs, with its variables coerced and their defaults in place.
      const args = { ...payload.args, document: rootOf(document, operation), variableValues: values.coerced };
      return plugin.onExecute?.({ ...payload, args });
    },
  };
}

/** For as long as documents are kept: whoever repeats one has its root read once. */
const roots = new WeakMap<OperationDefinitionNode, DocumentNode>();

/** An operation with its root fields and the fragments that it takes them from, and with nothing of what is within the fields. */
function rootOf(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const before = roots.get(operation);
  if (before) return before;
  const alone = separateOperations(document)[operation.name?.value ?? ''] ?? document;
  const root: DocumentNode = visit(alone, {
    Field: ({ selectionSet: _within, ...field }) => field,
  });
  roots.set(operation, root);
  return root;
}

function callerNameOf(context: unknown): string {
  const named = typeof context === 'object' && context !== null && 'callerName' in context;
  return named ? String(context.callerName) : 'unknown';
}
