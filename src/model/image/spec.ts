import { z } from 'zod';

/** What the vision tower wants of an image. Sizes in pixels. */
export interface ImageSpec {
  /** Of what the tower sees, after the crop. */
  width: number;
  height: number;
  /** Either the shorter edge, keeping the proportions, or both edges exactly. */
  resize: { shortestEdge: number } | { width: number; height: number };
  kernel: 'nearest' | 'lanczos3' | 'linear' | 'cubic';
  /** A channel value 0..255 becomes `(value * scale - mean) / std`; red, green, blue. */
  scale: number;
  mean: readonly number[];
  std: readonly number[];
}

const pixels = z.int().min(1).max(4096);
const rectangle = z.object({ height: pixels, width: pixels });
const channels = z.array(z.number()).length(3, 'must hold three numbers, for red, green and blue');

const schema = z.object({
  image_processor_type: z.string().optional(),
  feature_extractor_type: z.string().optional(),
  do_resize: z.boolean().default(true),
  size: z.union([pixels, rectangle, z.object({ shortest_edge: pixels })], {
    error: 'must be a number, {"shortest_edge": …} or {"height": …, "width": …}',
  }),
  resample: z.int().default(3),
  do_center_crop: z.boolean().optional(),
  crop_size: z.union([pixels, rectangle], { error: 'must be a number or {"height": …, "width": …}' }).optional(),
  do_rescale: z.boolean().default(true),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: channels.optional(),
  image_std: channels.refine((values) => !values.includes(0), 'must not hold zero').optional(),
});

/** Pillow's numbers for its filters, as `resample` gives them. Box (4) and Hamming (5) have no like in libvips. */
const KERNELS = new Map<number, ImageSpec['kernel']>([
  [0, 'nearest'],
  [1, 'lanczos3'],
  [2, 'linear'],
  [3, 'cubic'],
]);

/** What an image processor assumes where its file says nothing. */
const DEFAULTS = {
  clip: { crop: true, mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] },
  siglip: { crop: false, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
};

/**
 * Reads a `preprocessor_config.json`. Fields that it lacks take the defaults of its image processor (CLIP's or SigLIP's,
 * as in Hugging Face's transformers). Throws ZodError, or Error with one line, for what it cannot follow.
 */
export function parseImageSpec(json: unknown): ImageSpec {
  const config = schema.parse(json);
  const processor = config.image_processor_type ?? config.feature_extractor_type ?? '';
  const defaults = /siglip/i.test(processor) ? DEFAULTS.siglip : DEFAULTS.clip;
  const kernel = KERNELS.get(config.resample);
  if (!kernel) throw new Error(`resample: ${config.resample} is not supported (0, 1, 2 and 3 are)`);
  if (!config.do_resize) throw new Error('do_resize: false is not supported, as the model sees one size only');

  const resize = readResize(config.size, defaults.crop);
  const crop = (config.do_center_crop ?? defaults.crop) ? readRectangle(config.crop_size) : undefined;
  const seen = crop ?? ('shortestEdge' in resize ? undefined : resize);
  if (!seen) throw new Error('do_center_crop: needed, with crop_size, as "shortest_edge" keeps the proportions');
  const smallest = 'shortestEdge' in resize ? { width: resize.shortestEdge, height: resize.shortestEdge } : resize;
  if (seen.width > smallest.width || seen.height > smallest.height) {
    throw new Error('crop_size: larger than the resized image');
  }
  return {
    width: seen.width,
    height: seen.height,
    resize,
    kernel,
    scale: config.do_rescale ? config.rescale_factor : 1,
    mean: config.do_normalize ? (config.image_mean ?? defaults.mean) : [0, 0, 0],
    std: config.do_normalize ? (config.image_std ?? defaults.std) : [1, 1, 1],
  };
}

/** Older files give one number: the shorter edge for CLIP, both edges for SigLIP. */
function readResize(size: z.infer<typeof schema>['size'], keepsProportions: boolean): ImageSpec['resize'] {
  if (typeof size !== 'number') return 'shortest_edge' in size ? { shortestEdge: size.shortest_edge } : size;
  return keepsProportions ? { shortestEdge: size } : { width: size, height: size };
}

function readRectangle(size: z.infer<typeof schema>['crop_size']) {
  return typeof size === 'number' ? { width: size, height: size } : size;
}
