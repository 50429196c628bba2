import { type ASTVisitor, GraphQLError, Kind, parse, type SelectionSetNode, type ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';

export interface OperationLimits {
  /** Levels of fields inside fields. */
  maxDepth: number;
  /** Fields under an alias: each asks for a computation of its own. */
  maxAliases: number;
  /** Lexical tokens of the whole document; parsing stops there. */
  maxTokens: number;
}

/** Roomy for every client and GraphiQL's introspection query (13 levels), tight for a document made to exhaust. */
export const DEFAULT_OPERATION_LIMITS: OperationLimits = { maxDepth: 15, maxAliases: 30, maxTokens: 2000 };

/** Refuses documents that ask for too much before anything of them runs. */
export function useOperationLimits(limits: OperationLimits): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parse(source, { ...options, maxTokens: limits.maxTokens }));
    },
    onValidate({ addValidationRule }) {
      addValidationRule((context: ValidationContext) => limitAliases(context, limits.maxAliases));
      addValidationRule((context: ValidationContext) => limitDepth(context, limits.maxDepth));
    },
  };
}

function limitAliases(context: ValidationContext, maxAliases: number): ASTVisitor {
  let aliases = 0;
  return {
    Field(node) {
      if (!node.alias) return;
      aliases += 1;
      if (aliases === maxAliases + 1) {
        context.reportError(new GraphQLError(`A document may hold at most ${maxAliases} aliases.`, { nodes: [node] }));
      }
    },
  };
}

/** Counts through fragments, each of them once: a document of fragments in fragments costs no more than its length. */
function limitDepth(context: ValidationContext, maxDepth: number): ASTVisitor {
  const fragmentDepths = new Map<string, number>();

  function depthOfFragment(name: string): number {
    const known = fragmentDepths.get(name);
    if (known !== undefined) return known;
    // Also stops at a fragment that spreads itself, which another rule refuses.
    fragmentDepths.set(name, 0);
    const depth = depthOf(context.getFragment(name)?.selectionSet);
    fragmentDepths.set(name, depth);
    return depth;
  }

  function depthOf(selectionSet: SelectionSetNode | undefined): number {
    const depths = (selectionSet?.selections ?? []).map((node) => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return depthOfFragment(node.name.value);
      return depthOf(node.selectionSet) + (node.kind === Kind.FIELD ? 1 : 0);
    });
    return Math.max(0, ...depths);
  }

  return {
    OperationDefinition(operation) {
      const depth = depthOf(operation.selectionSet);
      if (depth <= maxDepth) return;
      const message = `Fields may be nested ${maxDepth} levels deep; this operation has ${depth}.`;
      context.reportError(new GraphQLError(message, { nodes: [operation] }));
    },
  };
}
