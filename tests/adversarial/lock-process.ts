import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withFileLock } from '../../src/async/file-lock.ts';

/**
 * A process that takes the lock of each round it is told, and tells whether it was alone there. Arguments: the folder of
 * the locks, and `keep` to hold them until somebody kills it.
 */
const [folder = '', keep] = process.argv.slice(2);

process.on('message', async (round: number) => {
  await withFileLock(join(folder, `lock-${round}`), {}, async () => {
    const inside = join(folder, `inside-${round}`);
    const alone = await writeFile(inside, '', { flag: 'wx' }).then(
      () => true,
      () => false,
    );
    await sleep(3);
    await rm(inside, { force: true });
    process.send?.({ round, alone });
    if (keep) await new Promise(() => {});
  });
});
process.send?.('ready');
