interface Line {
  readonly id: string;
  /** In order of arrival. */
  readonly places: Set<Place>;
  /** The number of the last write that was stored; those before it have been overtaken. */
  stored: number;
  /** Settles, never rejecting, when the write that is in the store now has come out of it. */
  storing: Promise<void> | undefined;
}

/** A write that has arrived: its place in the line of its product. */
export interface Place {
  readonly kind: 'index' | 'delete';
  /** Grows with every arrival. */
  readonly number: number;
  readonly line: Line;
  /** Whether no other write to the product was under way when this one arrived. */
  readonly isFirst: boolean;
}

/**
 * Keeps the writes to each product in their order of arrival, however long each takes to get ready, and without making
 * any wait for the image of another. A write that gets ready after a later one has been stored was overtaken: it counts
 * as done just before that one, and is not stored any more. Of this process alone; as large as what is under way.
 */
export interface WriteOrder {
  /** Takes a place, to be called in the moment the write arrives. */
  arrive(id: string, kind: Place['kind']): Place;
  /** Whether an earlier write that is under way would put the product into the store, if it is not overtaken. */
  isOnItsWay(place: Place): boolean;
  /**
   * Waits until the store is busy with none of the products, then runs `store` for those of `writes` that have not been
   * overtaken, in their order, if any. They count as stored when it resolves.
   */
  store<Write extends { readonly place: Place }>(
    writes: readonly Write[],
    store: (current: readonly Write[]) => Promise<void>,
  ): Promise<void>;
  /** Gives the place up; every place is left in the end. */
  leave(place: Place): void;
}

export function createWriteOrder(): WriteOrder {
  const lines = new Map<string, Line>();
  let arrivals = 0;

  return {
    arrive(id, kind) {
      const line = lines.get(id) ?? { id, places: new Set(), stored: 0, storing: undefined };
      lines.set(id, line);
      arrivals += 1;
      const place = { kind, number: arrivals, line, isFirst: line.places.size === 0 };
      line.places.add(place);
      return place;
    },

    isOnItsWay({ line, number }) {
      const isAhead = (other: Place) => other.number > line.stored && other.number < number;
      return [...line.places].some((other) => other.kind === 'index' && isAhead(other));
    },

    async store(writes, store) {
      const storing = () => writes.flatMap(({ place }) => place.line.storing ?? []);
      for (let others = storing(); others.length > 0; others = storing()) await Promise.all(others);
      const current = writes.filter(({ place }) => place.number > place.line.stored);
      if (current.length === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      for (const { place } of current) place.line.storing = promise;
      try {
        await store(current);
        for (const { place } of current) place.line.stored = Math.max(place.line.stored, place.number);
      } finally {
        for (const { place } of current) place.line.storing = undefined;
        resolve();
      }
    },

    leave(place) {
      const { line } = place;
      line.places.delete(place);
      if (line.places.size === 0) lines.delete(line.id);
    },
  };
}
