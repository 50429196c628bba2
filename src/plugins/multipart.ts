import { ReceivedFile } from '../adapters/image-source/received-images.ts';
import { BrokenForm, type FormPart, readFormParts } from './form-parts.ts';

/** Files of one request: a search takes one, under aliases some more. */
const MAX_FILES = 5;
/** `operations`, `map` and the files. */
const MAX_PARTS = 2 + MAX_FILES;
/** Of a field: a document and its variables, where nothing in them is an image. */
const MAX_FIELD_BYTES = 100_000;
/** Places of one file. */
const MAX_PLACES = 5;
const MAX_PATH_LENGTH = 200;

/**
 * What a form asks for, by the GraphQL multipart request specification: the JSON of its field `operations`, with a
 * `ReceivedFile` wherever `map` says that a file belongs. Every file is put aside once. Throws BrokenForm with what is
 * wrong with it: nothing in it is passed over, and no place but a `null` in the variables is filled.
 */
export function readMultipart(body: Buffer, contentType: string, putAside: (file: Buffer) => string): object {
  const parts = new Map<string, FormPart>();
  for (const part of readFormParts(body, contentType, MAX_PARTS)) {
    if (parts.has(part.name)) throw new BrokenForm(`The form has two parts named ${shown(part.name)}.`);
    parts.set(part.name, part);
  }
  const operations = readJson(parts, 'operations');
  const files = Object.entries(readJson(parts, 'map'));
  if (Array.isArray(operations)) throw new BrokenForm('operations must be one operation, not a list of them.');
  for (const [name, places] of files) {
    const file = parts.get(name);
    if (!file?.isFile) throw new BrokenForm(`map names the file ${shown(name)}, which the form does not have.`);
    if (!isPlaces(places)) {
      throw new BrokenForm(
        `map must give each file a list of one to ${MAX_PLACES} paths such as variables.query.image.`,
      );
    }
    parts.delete(name);
    const received = new ReceivedFile(putAside(file.content));
    for (const place of places) put(operations, place, received);
  }
  for (const name of parts.keys()) {
    if (name !== 'operations' && name !== 'map') {
      throw new BrokenForm(`The form has a part ${shown(name)}, which map does not name.`);
    }
  }
  return operations;
}

function readJson(parts: ReadonlyMap<string, FormPart>, name: string): object {
  const field = parts.get(name);
  if (!field || field.isFile) throw new BrokenForm(`The form needs a field ${name}, which is no file.`);
  if (field.content.length > MAX_FIELD_BYTES) {
    throw new BrokenForm(`The field ${name} may have at most ${MAX_FIELD_BYTES} bytes.`);
  }
  try {
    const value: unknown = JSON.parse(field.content.toString());
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new BrokenForm(`The field ${name} must be an object of JSON.`);
}

function isPlaces(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MAX_PLACES &&
    value.every((path) => typeof path === 'string' && path.length <= MAX_PATH_LENGTH)
  );
}

/** Puts a file where a null stands in its place; nothing else is ever written to. */
function put(operations: object, path: string, file: ReceivedFile): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let holder: unknown = keys[0] === 'variables' ? operations : undefined;
  for (const key of keys) holder = ownValue(holder, key);
  if (ownValue(holder, last) !== null || typeof holder !== 'object' || holder === null) {
    throw new BrokenForm(`map names the place ${shown(path)}, where operations has no null.`);
  }
  Object.defineProperty(holder, last, { value: file, enumerable: true, configurable: true, writable: true });
}

function ownValue(holder: unknown, key: string): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined;
  return Object.getOwnPropertyDescriptor(holder, key)?.value;
}

function shown(name: string): string {
  return JSON.stringify(name.length > MAX_PATH_LENGTH ? `${name.slice(0, MAX_PATH_LENGTH)}…` : name);
}
