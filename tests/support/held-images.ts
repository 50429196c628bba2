import { afterAll, beforeAll } from 'vitest';
import { type ImageServer, startImageServer } from './image-server.ts';
import { ORIGIN, startVitrine, type TestVitrine } from './vitrine.ts';

/** A product whose image is there at once. */
export const quickProduct = (id: string, name: string) => ({
  id,
  name,
  category: 'test',
  price: 10,
  imageUrl: `${ORIGIN}/demo/images/sku-0001.png`,
});

/** A server, and images that come when they are released, for all tests of a file. */
export function useHeldImages() {
  let vitrine: TestVitrine;
  let images: ImageServer;
  beforeAll(async () => {
    images = await startImageServer();
    vitrine = await startVitrine({ IMAGE_ALLOW_PRIVATE_NETWORK: 'on', IMAGE_TIMEOUT_MS: '60000' });
  });
  afterAll(async () => {
    images.release();
    await vitrine.close();
    await images.close();
  });

  return {
    get vitrine() {
      return vitrine;
    },
    get images() {
      return images;
    },
    /** A product whose image is held back. */
    slowProduct: (id: string, name: string) => ({ ...quickProduct(id, name), imageUrl: images.url('/held.png') }),

    /** Begins a write whose image is held back; resolves once that is asked for. `finish` lets it come. */
    async begin<Answer>(write: () => Promise<Answer>) {
      const asked = images.asked('/held.png');
      const answer = write();
      await asked;
      return {
        async finish() {
          images.release();
          return answer;
        },
      };
    },
  };
}
