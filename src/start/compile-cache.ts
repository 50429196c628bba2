import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../package-root.ts';

/**
 * Keeps what Node makes of our source and of the packages (types stripped, compiled) from one start to the next: that is half
 * of the work of loading them. Only what is imported afterwards is kept, so the program follows as a dynamic import. It lies with
 * the packages, where whoever can write could change them as well; where nobody can, a start takes longer and nothing else.
 */
export function keepCompiled(): void {
  const { directory } = enableCompileCache(join(PACKAGE_ROOT, 'node_modules', '.cache', 'vitrine'));
  // Threads and decoding processes read it from here.
  if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= directory;
}
