import { useSyncExternalStore } from 'react';
import { formatAddress, parseAddress } from './address.ts';
import type { Search } from './search.ts';

/** What a step of the browser's history keeps beside its address. */
interface Step {
  /** How many pages of products were shown. */
  pages: number;
  /** How far down the shopper was, in pixels. */
  top: number;
}

const listeners = new Set<() => void>();
let current = parseAddress(location.search);
/** Where to scroll once there is enough to scroll over. */
let pendingTop: number | undefined;

/** The step that the browser is at. */
export function currentStep(): Step {
  const state: unknown = history.state;
  const read = (name: string) => {
    const value: unknown = typeof state === 'object' && state !== null ? Reflect.get(state, name) : undefined;
    return typeof value === 'number' ? value : undefined;
  };
  return { pages: read('pages') ?? 1, top: read('top') ?? 0 };
}

function remember(step: Partial<Step>): void {
  history.replaceState({ ...currentStep(), ...step }, '');
}

/** Notes how many pages of products are shown, for whoever comes back. */
export const rememberPages = (pages: number): void => remember({ pages });

/** Whether two searches list the same products: all but the panel of a product. */
const listsTheSame = (a: Search, b: Search) => listKey(a) === listKey(b);

/** What names the list of a search. */
export const listKey = (search: Search): string => formatAddress({ ...search, product: undefined });

/** Changes the search, and the address with it; `replace` leaves no step to come back to. */
export function go(change: Partial<Search>, { replace = false }: { replace?: boolean } = {}): void {
  const next = { ...current, ...change };
  const address = formatAddress(next);
  if (address === formatAddress(current)) return;
  const isSameList = listsTheSame(current, next);
  if (!replace) remember({ top: scrollY });
  const step = isSameList ? currentStep() : { pages: 1, top: 0 };
  history[replace ? 'replaceState' : 'pushState'](step, '', address);
  current = next;
  pendingTop = undefined;
  if (!isSameList && scrollY > 0) scrollTo({ top: 0 });
  for (const listener of listeners) listener();
}

/** The search that the address holds. */
export function useSearch(): Search {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

function scrollWhenThereIsEnough(): void {
  if (pendingTop === undefined) return;
  if (document.documentElement.scrollHeight - innerHeight < pendingTop) return;
  scrollTo({ top: pendingTop });
  pendingTop = undefined;
}

/** Makes the back button, and a reload, come back to where the shopper was: search, pages and place. */
export function startNavigation(): void {
  history.scrollRestoration = 'manual';
  pendingTop = currentStep().top || undefined;
  let resting: number | undefined;
  addEventListener('popstate', () => {
    clearTimeout(resting);
    const next = parseAddress(location.search);
    if (!listsTheSame(current, next)) pendingTop = currentStep().top;
    current = next;
    for (const listener of listeners) listener();
    requestAnimationFrame(scrollWhenThereIsEnough);
  });
  addEventListener(
    'scroll',
    () => {
      clearTimeout(resting);
      resting = setTimeout(() => pendingTop ?? remember({ top: scrollY }), 120);
    },
    { passive: true },
  );
  const giveUp = () => {
    pendingTop = undefined;
  };
  for (const type of ['wheel', 'touchstart', 'keydown']) addEventListener(type, giveUp, { passive: true });
  new ResizeObserver(scrollWhenThereIsEnough).observe(document.body);
}
