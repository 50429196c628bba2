import {
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isObjectType,
  Kind,
  type SelectionNode,
} from 'graphql';

/**
 * The arguments of a field each time that it is asked for in what a resolver answers, by the name that it has in the
 * answer: so a resolver can fetch at once what each of those fields would have to fetch once more.
 */
export function selectedArguments(info: GraphQLResolveInfo, fieldName: string): Map<string, Record<string, unknown>> {
  const type = getNamedType(info.returnType);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  if (field === undefined) throw new TypeError(`${type} has no field ${fieldName}`);
  const selected = new Map<string, Record<string, unknown>>();
  const isSelected = (node: SelectionNode): boolean =>
    getDirectiveValues(GraphQLSkipDirective, node, info.variableValues)?.if !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues)?.if !== false;
  const visit = (selections: readonly SelectionNode[] = []): void => {
    for (const node of selections.filter(isSelected)) {
      if (node.kind !== Kind.FIELD) {
        const { selectionSet } = node.kind === Kind.INLINE_FRAGMENT ? node : (info.fragments[node.name.value] ?? {});
        visit(selectionSet?.selections);
      } else if (node.name.value === fieldName) {
        selected.set(node.alias?.value ?? fieldName, getArgumentValues(field, node, info.variableValues));
      }
    }
  };
  for (const { selectionSet } of info.fieldNodes) visit(selectionSet?.selections);
  return selected;
}
