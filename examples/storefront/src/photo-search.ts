import { go } from './navigation.ts';
import { keepPhoto } from './photos.ts';
import { NO_FILTER, NO_IMAGE } from './search.ts';

const FRESH = { ...NO_IMAGE, ...NO_FILTER, text: '', exclude: '', leaveAlone: [], asTyped: false, product: undefined };

/** Looks for what a photo shows. */
export async function searchByPhoto(file: Blob): Promise<void> {
  go({ ...FRESH, photo: await keepPhoto(file) });
}

/** Looks for what an image of the web shows. */
export const searchByUrl = (imageUrl: string): void => go({ ...FRESH, imageUrl });

/** Looks for more like a product. */
export const searchByProduct = (like: string): void => go({ ...FRESH, like });
