import { readFile } from 'node:fs/promises';
import { type GraphQLSchema, parse, validate } from 'graphql';
import { z } from 'zod';
import { StartupError } from '../errors.ts';
import { DOCUMENT_LIMITS, documentProblem } from './document-limits.ts';

/** Documents by their bare id: what a client sends in place of the text. */
export type TrustedDocuments = ReadonlyMap<string, string>;

/** An id without the name of its algorithm: the specification of GraphQL over HTTP writes `sha256:…`, Apollo and urql do not. */
export function bareId(id: string): string {
  return id.replace(/^sha256:/, '');
}

const fileSchema = z.record(z.string().min(1), z.string().min(1));

/**
 * Reads `persisted-documents.json` as GraphQL Code Generator's client preset writes it: an object of documents by their
 * hash. Throws StartupError for a file that is not there or holds anything else.
 */
export async function readTrustedDocuments(file: string | undefined): Promise<TrustedDocuments> {
  if (file === undefined) return new Map();
  try {
    const documents = fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return new Map(Object.entries(documents).map(([id, text]) => [bareId(id), text]));
  } catch (cause) {
    const isRead = cause instanceof SyntaxError || cause instanceof z.ZodError;
    const reason = isRead ? 'it must be a JSON object of documents by their hash' : String(cause);
    throw new StartupError(`TRUSTED_DOCUMENTS: ${file} cannot be used: ${reason}.`, { cause });
  }
}

/** A sentence for each trusted document that this server would refuse: of an older schema, or beyond the limits. */
export function trustedDocumentProblems(schema: GraphQLSchema, documents: TrustedDocuments): string[] {
  return [...documents].flatMap(([id, text]) => {
    const problem = problemOf(schema, text);
    return problem === undefined ? [] : [`The trusted document ${id} will be refused: ${problem}`];
  });
}

function problemOf(schema: GraphQLSchema, text: string): string | undefined {
  if (text.length > DOCUMENT_LIMITS.maxLength) return `it is longer than ${DOCUMENT_LIMITS.maxLength} characters.`;
  try {
    const document = parse(text, { maxTokens: DOCUMENT_LIMITS.maxTokens });
    return (
      documentProblem(document, DOCUMENT_LIMITS) ?? validate(schema, document, undefined, { maxErrors: 1 })[0]?.message
    );
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
