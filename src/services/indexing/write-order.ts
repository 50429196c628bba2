interface Line {
  readonly id: string;
  /** In order of arrival. */
  readonly places: Set<Place>;
  /** The number of the last write that was stored; those before it have been overtaken. */
  stored: number;
  /** Whether the store is busy with the product. */
  isBusy: boolean;
  /** Resolves, to be replaced by the next one, whenever a write has come out of the store or left. */
  change: PromiseWithResolvers<void>;
}

/** A write that has arrived: its place in the line of its product. */
export interface Place {
  readonly kind: 'index' | 'delete' | 'update';
  /** Grows with every arrival. */
  readonly number: number;
  readonly line: Line;
  /** Whether no other write to the product was under way when this one arrived. */
  readonly isFirst: boolean;
}

/**
 * Keeps the writes to each product in their order of arrival, however long each takes to get ready. Those that replace a
 * product as a whole (`index`, `delete`) wait for no image of another. A write that gets ready after a later one has been
 * stored was overtaken: it counts as done just before that one, and is not stored any more. An `update` changes what the
 * writes before it leave behind, so it has its turn when they are done or overtaken; only a later `index` or `delete`
 * can overtake it. Of this process alone; as large as what is under way.
 */
export interface WriteOrder {
  /** Takes a place, to be called in the moment the write arrives. */
  arrive(id: string, kind: Place['kind']): Place;
  /** Whether an earlier write that is under way would put the product into the store, if it is not overtaken. */
  isOnItsWay(place: Place): boolean;
  /** Resolves once no earlier write is under way that a write of this kind builds on, or when it has been overtaken. */
  turn(place: Place): Promise<void>;
  /**
   * Waits for the turn of the writes and until the store is busy with none of the products, then runs `store` for those
   * of `writes` that have not been overtaken, in their order, if any. They count as stored when it resolves to true.
   */
  store<Write extends { readonly place: Place }>(
    writes: readonly Write[],
    store: (current: readonly Write[]) => Promise<boolean>,
  ): Promise<void>;
  /** Gives the place up, as soon as nothing will be stored from it any more; every place is left in the end. */
  leave(place: Place): void;
}

export function createWriteOrder(): WriteOrder {
  const lines = new Map<string, Line>();
  let arrivals = 0;

  const tellOfChange = (line: Line): void => {
    line.change.resolve();
    line.change = Promise.withResolvers();
  };
  const isOvertaken = ({ line, number }: Place): boolean => number <= line.stored;
  const isAhead = (other: Place, place: Place): boolean => other.number < place.number && !isOvertaken(other);
  const hasTurn = (place: Place): boolean =>
    place.kind !== 'update' || isOvertaken(place) || ![...place.line.places].some((other) => isAhead(other, place));

  const nextChanges = (places: readonly Place[]) => Promise.all(places.map(({ line }) => line.change.promise));

  return {
    arrive(id, kind) {
      const line = lines.get(id) ?? {
        id,
        places: new Set(),
        stored: 0,
        isBusy: false,
        change: Promise.withResolvers(),
      };
      lines.set(id, line);
      arrivals += 1;
      const place = { kind, number: arrivals, line, isFirst: line.places.size === 0 };
      line.places.add(place);
      return place;
    },

    isOnItsWay: (place) => [...place.line.places].some((other) => other.kind === 'index' && isAhead(other, place)),

    async turn(place) {
      while (!hasTurn(place)) await nextChanges([place]);
    },

    async store(writes, store) {
      const heldUp = () => writes.map(({ place }) => place).filter((place) => place.line.isBusy || !hasTurn(place));
      // Nothing may come between the last look and taking the lines: two that waited for one would both have them.
      for (let held = heldUp(); held.length > 0; held = heldUp()) await nextChanges(held);
      const current = writes.filter(({ place }) => !isOvertaken(place));
      if (current.length === 0) return;
      for (const { place } of current) place.line.isBusy = true;
      try {
        if (!(await store(current))) return;
        for (const { place } of current) place.line.stored = Math.max(place.line.stored, place.number);
      } finally {
        for (const { place } of current) {
          place.line.isBusy = false;
          tellOfChange(place.line);
        }
      }
    },

    leave(place) {
      const { line } = place;
      if (!line.places.delete(place)) return;
      if (line.places.size === 0) lines.delete(line.id);
      tellOfChange(line);
    },
  };
}
