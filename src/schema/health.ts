import type { ModelInfo as ModelInfoShape } from '../model/types.ts';
import { checkHealth } from '../resolvers/health.ts';
import type {
  COMPONENTS,
  ComponentHealth as ComponentHealthShape,
  HEALTH_STATUSES,
  Health as HealthShape,
} from '../services/health/health.ts';
import { builder } from './builder.ts';

const HealthStatus = builder.enumType('HealthStatus', {
  description: 'How well a part, or the whole, does.',
  values: {
    UP: { description: 'All is well.' },
    DEGRADED: { description: 'It answers, but slower or worse than it should.' },
    DOWN: { description: 'It cannot search.' },
  } satisfies Record<(typeof HEALTH_STATUSES)[number], { description: string }>,
});

const Component = builder.enumType('Component', {
  description: 'A part that a search depends on.',
  values: {
    EMBEDDER: { description: 'The CLIP model that turns texts and images into vectors.' },
    VECTOR_STORE: { description: 'Where products and their vectors are kept.' },
    CACHE: { description: 'Where answers and embeddings are remembered.' },
  } satisfies Record<(typeof COMPONENTS)[number], { description: string }>,
});

const ModelInfo = builder.objectRef<ModelInfoShape>('ModelInfo').implement({
  description: 'The model that is loaded.',
  fields: (t) => ({
    id: t.exposeString('id', { description: '`mini`, a Hub id, or the name of a folder.' }),
    digest: t.exposeString('digest', {
      description: 'What tells it from others of its name: the first 12 hex digits of the SHA-256 of its files.',
    }),
    dimension: t.exposeInt('dimension', { description: 'Length of its vectors.' }),
    imageSize: t.exposeInt('imageSize', { description: 'Pixels, width and height, of what it sees of an image.' }),
    dtype: t.exposeString('dtype', { description: 'Number format of its weights, such as `fp32`.' }),
    bundled: t.exposeBoolean('bundled', {
      description: 'Whether it is the small model that comes with Vitrine, for trying out only.',
    }),
  }),
});

const ComponentHealth = builder.objectRef<ComponentHealthShape>('ComponentHealth').implement({
  description: 'How one part does.',
  fields: (t) => ({
    component: t.expose('component', { type: Component, description: 'Which part.' }),
    status: t.expose('status', { type: HealthStatus, description: 'How it does.' }),
    backend: t.exposeString('backend', { description: 'What it runs on, such as `sqlite` or `redis`.' }),
    latencyMs: t.exposeFloat('latencyMs', {
      nullable: true,
      description: 'Milliseconds the probe took; null when it failed or none was made.',
    }),
    message: t.exposeString('message', { nullable: true, description: 'What is wrong; null when nothing is.' }),
  }),
});

const Health = builder.objectRef<HealthShape>('Health').implement({
  description: 'How the server and its parts do.',
  fields: (t) => ({
    status: t.expose('status', { type: HealthStatus, description: 'The worst of its parts.' }),
    version: t.exposeString('version', { description: 'Version of Vitrine.' }),
    uptimeSeconds: t.exposeFloat('uptimeSeconds', { description: 'Seconds since it started.' }),
    model: t.expose('model', { type: ModelInfo, description: 'The model that is loaded.' }),
    components: t.expose('components', { type: [ComponentHealth], description: 'Its parts, each probed just now.' }),
  }),
});

builder.queryField('health', (t) =>
  t.field({
    type: Health,
    description: 'How the server and its parts do, probed just now.',
    extensions: { policy: { scope: null, budget: null, cached: false } },
    resolve: checkHealth,
  }),
);
