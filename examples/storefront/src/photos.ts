/** Photos stay on the device: the address of a search names one, IndexedDB has it. */
const DATABASE = 'vitrine-photos';
const STORE = 'photos';
/** More than any model looks at, and a tenth of what a phone takes. */
const MAX_SIDE = 1024;
/** How many are kept: enough to go back to the last ones. */
const MAX_KEPT = 20;

const opened = new Map<string, Promise<File | undefined>>();

/** Keeps a photo, made smaller where it is large, and gives the id under which `loadPhoto` finds it. */
export async function keepPhoto(file: Blob): Promise<string> {
  // The time comes first, so that the oldest are the first of the store.
  const id = `${Date.now()}-${crypto.getRandomValues(new Uint16Array(1)).join()}`;
  const photo = await shrink(file);
  opened.set(id, Promise.resolve(photo));
  // Without a place to keep it (a private window) it lasts until the page is left.
  await transact('readwrite', (store) => store.put(photo, id))
    .then(forgetOldest)
    .catch(() => undefined);
  return id;
}

async function forgetOldest(): Promise<void> {
  const ids = await transact('readonly', (store) => store.getAllKeys());
  for (const id of ids.slice(0, -MAX_KEPT)) await transact('readwrite', (store) => store.delete(id));
}

/** The photo of that id, always the same file; undefined on a device that never had it. */
export function loadPhoto(id: string): Promise<File | undefined> {
  const known = opened.get(id);
  if (known) return known;
  const loading = transact('readonly', (store) => store.get(id))
    .then((found: unknown) => (found instanceof File ? found : undefined))
    .catch(() => undefined);
  opened.set(id, loading);
  return loading;
}

/** A file as a `data:` URL. */
export function toDataUrl(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** A photo that the browser cannot read is sent as it is: the server says what is wrong with it. */
async function shrink(file: Blob): Promise<File> {
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  const scale = bitmap ? MAX_SIDE / Math.max(bitmap.width, bitmap.height) : 1;
  if (bitmap === undefined || scale >= 1) return new File([file], 'photo', { type: file.type });
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const smaller = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.88));
  return new File([smaller ?? file], 'photo.jpg', { type: 'image/jpeg' });
}

function transact<Result>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const open = indexedDB.open(DATABASE, 1);
    open.onupgradeneeded = () => open.result.createObjectStore(STORE);
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const request = ask(open.result.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    };
  });
}
