import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { FieldPolicy } from '../context.ts';

/** A field of Query, Mutation or Subscription, and what its definition says of it. */
export interface RootField {
  type: string;
  name: string;
  policy: FieldPolicy;
}

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    policy?: FieldPolicy;
  }
}

/** What the fields of a schema's root types say of themselves. Throws TypeError for one that says nothing. */
export function rootFieldsOf(schema: GraphQLSchema): RootField[] {
  const types = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return types.flatMap((type) =>
    Object.values(type?.getFields() ?? {}).map(({ name, extensions: { policy } }) => {
      if (policy === undefined) throw new TypeError(`the field ${type}.${name} has no policy in its extensions`);
      return { type: String(type), name, policy };
    }),
  );
}

/** Whether all that an operation asks for may be served again until the next write. */
export function mayBeCached(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  rootFields: readonly RootField[],
): boolean {
  if (operation.operation !== 'query') return false;
  const isCached = (asked: string) =>
    asked === '__typename' ||
    rootFields.some(({ type, name, policy }) => type === 'Query' && name === asked && policy.cached);
  return [...askedRootFields(document, operation)].every(isCached);
}

/** What operations ask for, for as long as their documents are kept: every request that repeats one needs it. */
const askedBy = new WeakMap<OperationDefinitionNode, ReadonlySet<string>>();

/** The names of the root fields that an operation asks for, also by way of fragments; each fragment is read once. */
export function askedRootFields(document: DocumentNode, operation: OperationDefinitionNode): ReadonlySet<string> {
  const before = askedBy.get(operation);
  if (before) return before;
  const names = readRootFields(document, operation);
  askedBy.set(operation, names);
  return names;
}

function readRootFields(document: DocumentNode, operation: OperationDefinitionNode): ReadonlySet<string> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const names = new Set<string>();
  const collect = (selectionSet: SelectionSetNode | undefined) => {
    for (const node of selectionSet?.selections ?? []) {
      if (node.kind === Kind.FIELD) names.add(node.name.value);
      else if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet);
      else {
        const fragment = fragments.get(node.name.value);
        // Not again: fragments that spread each other twice would double the work with every one of them.
        fragments.delete(node.name.value);
        collect(fragment?.selectionSet);
      }
    }
  };
  collect(operation.selectionSet);
  return names;
}
