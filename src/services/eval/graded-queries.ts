import { z } from 'zod';
import { badUserInput } from '../../errors.ts';
import { toIssues } from '../input.ts';

const gradedQuery = z
  .strictObject({
    text: z.string().optional(),
    image: z.string().optional(),
    exclude: z.string().optional(),
    /** As the API takes it. */
    filter: z.record(z.string(), z.unknown()).optional(),
    kind: z.string().default('queries'),
    relevant: z
      .record(z.string(), z.number().positive())
      .refine((grades) => Object.keys(grades).length > 0, 'must name at least one product'),
  })
  .refine(({ text, image }) => text !== undefined || image !== undefined, 'needs a text, an image, or both');

/** A question, of which kind it is, and how relevant products are to it: 1 somewhat, 2 well, 3 exactly. */
export type GradedQuery = z.output<typeof gradedQuery>;

/**
 * Reads graded queries, JSON Lines with one a line; blank lines are skipped. `image` is a URL or the name of a file.
 * Throws BAD_USER_INPUT that names the lines that are none.
 */
export function parseGradedQueries(content: string): GradedQuery[] {
  const lines = content.split('\n').map((text, place) => ({ text, name: `line ${place + 1}` }));
  const read = lines
    .filter(({ text }) => text.trim() !== '')
    .map(({ text, name }) => ({ name, result: gradedQuery.safeParse(parseJson(text)) }));
  const issues = read.flatMap(({ name, result }) =>
    result.success
      ? []
      : toIssues(result.error).map(({ path, message }) => ({ path: [name, ...path], message: `${name}: ${message}` })),
  );
  if (issues.length > 0) throw badUserInput(issues);
  if (read.length === 0) throw badUserInput([{ path: [], message: 'there is no query in it' }]);
  return read.flatMap(({ result }) => result.data ?? []);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
