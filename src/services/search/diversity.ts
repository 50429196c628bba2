/** A product of a ranked list: how relevant it is, and the embedding that tells how much it is like others. */
export interface Candidate {
  score: number;
  /** L2-normalised. Without one it is like no other. */
  embedding: Float32Array | undefined;
}

/**
 * The first `count` of a ranked list in the order of maximal marginal relevance: each is the one of those left with the
 * greatest (1 - diversity) x relevance - diversity x similarity to what stands before it. Relevance is the score, from 0
 * for the lowest of the list to 1 for the highest; similarity is the greatest cosine. Of equal ones the earlier comes
 * first. Places in the list, in their new order; more of them never reorder the ones before. In time that grows with the
 * length of the list times `count`.
 *
 * Carbonell and Goldstein: "The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing Summaries"
 * (SIGIR 1998), with lambda = 1 - diversity.
 */
export function diversify(list: readonly Candidate[], diversity: number, count: number): number[] {
  const scores = list.map(({ score }) => score);
  const lowest = Math.min(...scores);
  const span = Math.max(...scores) - lowest;
  const left = list.map(({ score, embedding }, place) => ({
    place,
    relevance: span > 0 ? (score - lowest) / span : 1,
    embedding,
    /** The greatest cosine to those that were taken; to none it is 0. */
    similarity: Number.NEGATIVE_INFINITY,
  }));
  const taken: number[] = [];
  while (taken.length < count && left.length > 0) {
    let best = 0;
    let bestGain = Number.NEGATIVE_INFINITY;
    for (const [at, { relevance, similarity }] of left.entries()) {
      const gain = (1 - diversity) * relevance - diversity * (taken.length === 0 ? 0 : similarity);
      if (gain <= bestGain) continue;
      best = at;
      bestGain = gain;
    }
    const [chosen] = left.splice(best, 1);
    if (chosen === undefined) break;
    taken.push(chosen.place);
    for (const other of left) other.similarity = Math.max(other.similarity, cosine(other.embedding, chosen.embedding));
  }
  return taken;
}

function cosine(left: Float32Array | undefined, right: Float32Array | undefined): number {
  if (left === undefined || right === undefined) return 0;
  let sum = 0;
  for (let at = 0; at < left.length; at += 1) sum += (left[at] ?? 0) * (right[at] ?? 0);
  return sum;
}
