import type DataLoader from 'dataloader';
import type { Caller, Scope } from './adapters/access/types.ts';
import type { AppError } from './errors.ts';
import type { StoredProduct } from './product.ts';
import type { CatalogueService } from './services/health/collection-stats.ts';
import type { HealthService } from './services/health/health.ts';
import type { IndexingService } from './services/indexing/types.ts';
import type { SimilarLoader } from './services/search/similar-loader.ts';
import type { SearchService } from './services/search/types.ts';
import type { SuggestService } from './services/suggest/suggest.ts';

/** What the shop does; the same for every request. */
export interface Services {
  search: SearchService;
  suggest: SuggestService;
  indexing: IndexingService;
  catalogue: CatalogueService;
  health: HealthService;
}

/** What every root field says of itself, where it is defined; access, budgets and caching go by it. */
export interface FieldPolicy {
  /** What its caller's key must allow; `null`: anybody may ask. */
  scope: Scope | null;
  /** The budget that each use of it counts on; `null`: it counts on none. */
  budget: Budget | null;
  /** Whether its answer may be served again until the next write. */
  cached: boolean;
}

/** A number of calls a minute that every caller has. */
export type Budget = 'searches' | 'writes';

/** What a resolver may touch. */
export interface Context {
  services: Services;
  /** Look-ups by id, gathered over one request into one read of the store. */
  products: DataLoader<string, StoredProduct | null>;
  /** Products like others, gathered over one request. */
  similar: SimilarLoader;
  /** Who asks, or why that key is not taken. */
  caller: Caller | AppError;
  /** Whose budget the operation counts on: a key's name or an address. */
  callerName: string;
  /** Aborted when the caller closes the connection. */
  signal: AbortSignal;
}
