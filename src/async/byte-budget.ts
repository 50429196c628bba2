/** Bytes that somebody holds of a budget, until they are released (or the scope of a `using` ends). */
export interface HeldBytes extends Disposable {
  /** Takes more; throws what `refuse` makes, and keeps what is held, when there is no room. */
  grow(bytes: number): void;
  /** Gives everything back; a second time does nothing. */
  release(): void;
}

/** A number of bytes that everything which takes memory for a stranger shares. */
export interface ByteBudget {
  /** Takes bytes for `owner` (a caller); throws what `refuse` makes when there is no room for them now. */
  take(bytes: number, owner?: string): HeldBytes;
  /** Whether `take` would succeed now. */
  fits(bytes: number, owner?: string): boolean;
  /** Bytes that are held. */
  readonly used: number;
  readonly maxBytes: number;
}

export interface ByteBudgetOptions {
  maxBytes: number;
  /** The most that one owner may hold, so that nobody shuts the others out alone. */
  maxBytesPerOwner: number;
  /** The error for what finds no room. */
  refuse(): Error;
}

/** A bound in bytes, where the cost is in bytes: nobody waits for room, they are refused and come back. */
export function createByteBudget({ maxBytes, maxBytesPerOwner, refuse }: ByteBudgetOptions): ByteBudget {
  const heldBy = new Map<string, number>();
  let used = 0;

  const fits: ByteBudget['fits'] = (bytes, owner = '') =>
    used + bytes <= maxBytes && (heldBy.get(owner) ?? 0) + bytes <= maxBytesPerOwner;

  const change = (owner: string, bytes: number): void => {
    used += bytes;
    const held = (heldBy.get(owner) ?? 0) + bytes;
    if (held === 0) heldBy.delete(owner);
    else heldBy.set(owner, held);
  };

  return {
    fits,
    maxBytes,
    get used() {
      return used;
    },
    take(bytes, owner = '') {
      let held = 0;
      const grow = (more: number): void => {
        if (!fits(more, owner)) throw refuse();
        change(owner, more);
        held += more;
      };
      const release = (): void => {
        change(owner, -held);
        held = 0;
      };
      grow(bytes);
      return { grow, release, [Symbol.dispose]: release };
    },
  };
}
