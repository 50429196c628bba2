import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** What one document may hold. Validation compares fields in pairs, so what it costs grows with the square of these. */
export interface DocumentLimits {
  /** Characters; more are not even parsed. */
  maxLength: number;
  /** Lexical tokens; parsing stops there. */
  maxTokens: number;
  maxFields: number;
  /** Fields under an alias, or named again in their selection set: each asks for a computation or a comparison. */
  maxRepeats: number;
  maxFragments: number;
  /** Uses of fragments. */
  maxSpreads: number;
  /** Levels of fields inside fields. */
  maxDepth: number;
}

/** Roomy for every client and GraphiQL's introspection query (13 levels), tight for a document made to exhaust. */
export const DOCUMENT_LIMITS: DocumentLimits = {
  maxLength: 15_000,
  maxTokens: 2000,
  maxFields: 500,
  maxRepeats: 30,
  maxFragments: 50,
  maxSpreads: 100,
  maxDepth: 15,
};

/** Which limit a parsed document goes beyond, in a sentence; undefined for none. Every part of it is read once. */
export function documentProblem(document: DocumentNode, limits: DocumentLimits): string | undefined {
  const { fields, repeats, fragments, spreads } = countParts(document);
  if (repeats > limits.maxRepeats)
    return `A document may hold at most ${limits.maxRepeats} aliased or repeated fields.`;
  if (fields > limits.maxFields) return `A document may hold at most ${limits.maxFields} fields.`;
  if (fragments > limits.maxFragments) return `A document may hold at most ${limits.maxFragments} fragments.`;
  if (spreads > limits.maxSpreads) return `A document may spread fragments at most ${limits.maxSpreads} times.`;
  const depth = depthOf(document);
  if (depth > limits.maxDepth)
    return `Fields may be nested ${limits.maxDepth} levels deep; this document has ${depth}.`;
  return undefined;
}

function countParts(document: DocumentNode) {
  const counted = { fields: 0, repeats: 0, fragments: 0, spreads: 0 };
  /** `named`: what the selection set that this is part of has named so far. */
  const count = ({ selections }: SelectionSetNode, named: Set<string>) => {
    for (const node of selections) {
      if (node.kind === Kind.FRAGMENT_SPREAD) counted.spreads += 1;
      else if (node.kind === Kind.INLINE_FRAGMENT) count(node.selectionSet, named);
      else {
        counted.fields += 1;
        if (node.alias || named.has(node.name.value)) counted.repeats += 1;
        named.add(node.name.value);
        if (node.selectionSet) count(node.selectionSet, new Set());
      }
    }
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) counted.fragments += 1;
    if ('selectionSet' in definition) count(definition.selectionSet, new Set());
  }
  return counted;
}

/** The deepest nesting of any definition, counted through fragments, each of them once. */
function depthOf(document: DocumentNode): number {
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition.selectionSet);
  }
  const fragmentDepths = new Map<string, number>();

  function depthOfFragment(name: string): number {
    const known = fragmentDepths.get(name);
    if (known !== undefined) return known;
    // Also stops at a fragment that spreads itself, which validation refuses.
    fragmentDepths.set(name, 0);
    const depth = depthOfSet(fragments.get(name));
    fragmentDepths.set(name, depth);
    return depth;
  }

  function depthOfSet(selectionSet: SelectionSetNode | undefined): number {
    const depths = (selectionSet?.selections ?? []).map((node) => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return depthOfFragment(node.name.value);
      return depthOfSet(node.selectionSet) + (node.kind === Kind.FIELD ? 1 : 0);
    });
    return Math.max(0, ...depths);
  }

  return Math.max(
    0,
    ...document.definitions.map((definition) =>
      'selectionSet' in definition ? depthOfSet(definition.selectionSet) : 0,
    ),
  );
}

/** Memory for parsed documents: a storefront has some dozens, of 50 to 200 KB each. */
const DOCUMENT_CACHE_BYTES = 32_000_000;
/** Measured: 430 bytes of syntax tree for a token, and as much again for what validation and caching derive from it. */
const BYTES_PER_TOKEN = 1000;

/** Keeps parsed documents by their text: at most `maxBytes` of them, the least recently used go first. */
export function createDocumentCache({ maxBytes = DOCUMENT_CACHE_BYTES } = {}): LRUCache<string, DocumentNode> {
  return new LRUCache({
    maxSize: maxBytes,
    sizeCalculation: ({ tokenCount }, text) => 2 * text.length + BYTES_PER_TOKEN * (tokenCount ?? text.length),
  });
}
