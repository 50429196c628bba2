import { getOperationAST, NoSchemaIntrospectionCustomRule, parse, validate } from 'graphql';
import { createGraphQLError, type Plugin } from 'graphql-yoga';
import { DOCUMENT_LIMITS, documentProblem } from './document-limits.ts';

const MAX_NAME_LENGTH = 200;
/** An input type of the schema nests five levels deep; a batch of 500 products with 50 attributes each has 80,000 values. */
export const MAX_VARIABLE_DEPTH = 20;
export const MAX_VARIABLE_VALUES = 100_000;
/** Those of a query: a filter has 600 at most. Coercing 50,000 took a third of a second before the filter was refused. */
const MAX_QUERY_VALUES = 10_000;
/** More are of no use to anybody, and what is kept of an invalid document is mostly its errors. */
const MAX_VALIDATION_ERRORS = 20;

/**
 * Refuses what asks for too much before anything of it is read further: a document before it is parsed, then before it
 * is validated; variables before they are coerced. Without `introspection` the schema keeps to itself: it is not to be
 * asked for, and its names are not in what validation says of a mistake.
 */
export function useOperationLimits({ introspection }: { introspection: boolean }): Plugin {
  return {
    onParams({ params: { query, operationName, variables, extensions } }) {
      if ((query?.length ?? 0) > DOCUMENT_LIMITS.maxLength) {
        throw refusal(
          `A document may be at most ${DOCUMENT_LIMITS.maxLength} characters long; values go into variables.`,
        );
      }
      if (operationName != null && !(typeof operationName === 'string' && operationName.length <= MAX_NAME_LENGTH)) {
        throw refusal(`operationName must be a text of at most ${MAX_NAME_LENGTH} characters.`);
      }
      const problem = valuesProblem([variables, extensions], MAX_VARIABLE_VALUES);
      if (problem !== undefined) throw refusal(problem);
    },
    onExecute({ args: { document, operationName, variableValues } }) {
      if (getOperationAST(document, operationName)?.operation !== 'query') return;
      const problem = queryValuesProblem(variableValues);
      if (problem !== undefined) throw refusal(problem);
    },
    onParse({ setParseFn }) {
      setParseFn((source, options) => {
        const document = parse(source, { ...options, maxTokens: DOCUMENT_LIMITS.maxTokens });
        const problem = documentProblem(document, DOCUMENT_LIMITS);
        if (problem !== undefined) throw refusal(problem);
        return document;
      });
    },
    onValidate({ addValidationRule, setValidationFn }) {
      if (!introspection) addValidationRule(NoSchemaIntrospectionCustomRule);
      const options = { maxErrors: MAX_VALIDATION_ERRORS, hideSuggestions: !introspection };
      setValidationFn((schema, document, rules) => validate(schema, document, rules, options));
    },
  };
}

/** What is too much about the values of one question, in any front; undefined where nothing is. */
export function queryValuesProblem(values: unknown): string | undefined {
  return valuesProblem([values], MAX_QUERY_VALUES);
}

/** Level by level and without recursion, which a million levels would end. */
function valuesProblem(values: unknown[], most: number): string | undefined {
  let count = 0;
  let level = values;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_VARIABLE_DEPTH) return `Variables may be nested at most ${MAX_VARIABLE_DEPTH} levels deep.`;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      const items = Object.values(value);
      count += items.length;
      if (count > most) return `Variables may hold at most ${most} values.`;
      for (const item of items) next.push(item);
    }
    level = next;
  }
  return undefined;
}

function refusal(message: string) {
  return createGraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { spec: true, status: 400 } } });
}
