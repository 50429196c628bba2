import { createSingleFlight } from '../../async/single-flight.ts';
import { timed, withTimeout } from '../../async/timing.ts';
import type { ModelInfo } from '../../model/types.ts';

export const HEALTH_STATUSES = ['UP', 'DEGRADED', 'DOWN'] as const;
type HealthStatus = (typeof HEALTH_STATUSES)[number];

export const COMPONENTS = ['EMBEDDER', 'VECTOR_STORE', 'CACHE'] as const;
type Component = (typeof COMPONENTS)[number];

export interface ComponentHealth {
  component: Component;
  status: HealthStatus;
  backend: string;
  /** Of the probe that was just made; null where there was none. */
  latencyMs: number | null;
  /** What is wrong; null when nothing is. */
  message: string | null;
}

export interface Health {
  status: HealthStatus;
  version: string;
  uptimeSeconds: number;
  model: ModelInfo;
  components: ComponentHealth[];
}

export interface HealthService {
  check(): Promise<Health>;
  /** Whether a restart would not help: the model runs. A store or a cache that is away is no reason to restart. */
  isAlive(): Promise<boolean>;
}

interface Dependencies {
  version: string;
  model: ModelInfo;
  /** What the model's self-test at start found wrong; null when it passed. */
  modelProblem: string | null;
  embedder: { ping(): Promise<void> };
  store: { backend: string; ping(): Promise<void> };
  /** What is the matter with writing to the store; null when nothing is. */
  writes: { problem(): string | null };
  cache: { backend: string; ping(): Promise<void> };
}

/** A probe that takes longer than this counts as failed. */
const PROBE_TIMEOUT_MS = 2000;

/**
 * Says how the parts are: each is probed anew at every call; those who ask at one time share one probe. UP: all well; DEGRADED: answers come, slower or worse than
 * they should; DOWN: nothing can be searched.
 */
export function createHealthService(deps: Dependencies): HealthService {
  const started = performance.now();
  const model = { backend: 'onnxruntime', ping: () => deps.embedder.ping() };
  const probeModel = () =>
    probe('EMBEDDER', model, ['DOWN', 'The model has stopped; restart the server.'], deps.modelProblem);
  const storeAway = ['DOWN', 'The vector store does not answer.'] as const;
  const cacheAway = ['DEGRADED', 'The cache does not answer; every request is computed anew.'] as const;
  const checks = createSingleFlight<Health>();
  return {
    isAlive: async () => (await probeModel()).status !== 'DOWN',
    check: () => checks.run('health', checkParts),
  };

  async function checkParts(): Promise<Health> {
    const components = await Promise.all([
      probeModel(),
      probe('VECTOR_STORE', deps.store, storeAway, deps.writes.problem()),
      probe('CACHE', deps.cache, cacheAway),
    ]);
    return {
      status: worst(components.map(({ status }) => status)),
      version: deps.version,
      uptimeSeconds: (performance.now() - started) / 1000,
      model: deps.model,
      components,
    };
  }
}

/** `problem` is what is wrong with a part that answers; null when nothing is. */
async function probe(
  component: Component,
  part: { backend: string; ping(): Promise<void> },
  [statusWhenAway, messageWhenAway]: readonly [HealthStatus, string],
  problem: string | null = null,
): Promise<ComponentHealth> {
  const { backend } = part;
  try {
    const { ms } = await timed(() => withTimeout(() => part.ping(), PROBE_TIMEOUT_MS));
    return { component, status: problem === null ? 'UP' : 'DEGRADED', backend, latencyMs: ms, message: problem };
  } catch {
    return { component, status: statusWhenAway, backend, latencyMs: null, message: messageWhenAway };
  }
}

function worst(statuses: readonly HealthStatus[]): HealthStatus {
  return HEALTH_STATUSES.findLast((status) => statuses.includes(status)) ?? 'UP';
}
