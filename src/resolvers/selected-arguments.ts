import {
  type FieldNode,
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

/** The fields that are asked for in some selection sets, also by way of fragments. */
function fieldsOf(info: GraphQLResolveInfo, parents: readonly FieldNode[]): FieldNode[] {
  const fields: FieldNode[] = [];
  const isSelected = (node: SelectionNode): boolean =>
    !node.directives?.length ||
    (getDirectiveValues(GraphQLSkipDirective, node, info.variableValues)?.if !== true &&
      getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues)?.if !== false);
  const visit = (selections: readonly SelectionNode[] = []) => {
    for (const node of selections) {
      if (!isSelected(node)) continue;
      if (node.kind === Kind.FIELD) fields.push(node);
      else {
        const { selectionSet } = node.kind === Kind.INLINE_FRAGMENT ? node : (info.fragments[node.name.value] ?? {});
        visit(selectionSet?.selections);
      }
    }
  };
  for (const { selectionSet } of parents) visit(selectionSet?.selections);
  return fields;
}

/**
 * The arguments of a field each time that it is asked for in what a resolver answers, by the name that it has in the
 * answer: so a resolver can fetch at once what each of those fields would have to fetch once more.
 */
export function selectedArguments(info: GraphQLResolveInfo, fieldName: string): Map<string, Record<string, unknown>> {
  const type = getNamedType(info.returnType);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  if (field === undefined) throw new TypeError(`${type} has no field ${fieldName}`);
  const selected = new Map<string, Record<string, unknown>>();
  for (const node of fieldsOf(info, info.fieldNodes)) {
    if (node.name.value !== fieldName) continue;
    selected.set(node.alias?.value ?? fieldName, getArgumentValues(field, node, info.variableValues));
  }
  return selected;
}

/**
 * Whether a field of what a resolver answers is asked for, or a field of that: its names from the outermost one on. What is
 * costly to find out need not be where it is not.
 */
export function isSelected(info: GraphQLResolveInfo, path: readonly string[]): boolean {
  let nodes = info.fieldNodes;
  for (const wanted of path) nodes = fieldsOf(info, nodes).filter(({ name }) => name.value === wanted);
  return nodes.length > 0;
}
