import { z } from 'zod';
import type { Checksum, HubFile } from './checksum.ts';
import { HubProtocolError, HubResponseError, HubUnreachableError } from './hub-errors.ts';
import { type RetryOptions, retrying } from './retry.ts';

const HEX = /^[0-9a-f]+$/;

const entrySchema = z.object({
  type: z.string(),
  path: z.string(),
  size: z.number().default(0),
  oid: z.string().optional(),
  lfs: z.object({ oid: z.string(), size: z.number() }).optional(),
});

/** A model's repository at one commit. */
export interface RemoteModel {
  /** The commit's hash. */
  revision: string;
  /** By path. Files of which the Hub gives no checksum are left out. */
  files: ReadonlyMap<string, HubFile>;
}

/**
 * Asks the Hub which commit a branch, tag or commit is, and for that commit's files. Throws HubResponseError,
 * HubUnreachableError, or HubProtocolError for answers that are no Hub's.
 */
export async function readRemoteModel(options: {
  id: string;
  revision: string;
  endpoint: string;
  fetch: typeof fetch;
  retry: RetryOptions;
}): Promise<RemoteModel> {
  const { id, endpoint, retry } = options;
  // Only here: a server whose model is on disk does not need the client.
  const { listFiles, modelInfo } = await import('@huggingface/hub');
  const access = { hubUrl: endpoint, fetch: options.fetch };
  const ask = <T>(question: () => Promise<T>) => retrying(() => asHub(question), retry);

  const revision = await ask(async () => {
    const { sha } = await modelInfo({ ...access, name: id, revision: options.revision, additionalFields: ['sha'] });
    if (!HEX.test(sha)) throw new HubProtocolError('it names no commit');
    return sha;
  });
  const files = await ask(async () => {
    const found = new Map<string, HubFile>();
    for await (const entry of listFiles({ ...access, repo: id, revision, recursive: true })) {
      const file = toHubFile(entrySchema.parse(entry));
      if (file) found.set(file.path, file);
    }
    return found;
  });
  return { revision, files };
}

/** Large files are named by their sha256, the others by git. */
function toHubFile({ type, path, size, oid, lfs }: z.infer<typeof entrySchema>): HubFile | undefined {
  if (type !== 'file') return undefined;
  const sha256 = lfs?.oid.replace(/^sha256:/, '');
  if (lfs && sha256?.length === 64 && HEX.test(sha256)) return { path, size: lfs.size, checksum: `sha256:${sha256}` };
  if (oid?.length === 40 && HEX.test(oid)) return { path, size, checksum: `git-sha1:${oid}` satisfies Checksum };
  return undefined;
}

async function asHub<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    const known = [HubResponseError, HubUnreachableError, HubProtocolError].some((kind) => error instanceof kind);
    if (known || (error instanceof Error && error.name === 'AbortError')) throw error;
    throw new HubProtocolError(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error), {
      cause: error,
    });
  }
}
