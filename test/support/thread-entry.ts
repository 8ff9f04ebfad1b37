/**
 * What `new Worker` is given to run `src/store/live/yaml-thread.ts`. Node 20 does not take TypeScript for the first file of a
 * thread.
 */
export const threadEntry = scriptUrl(`
  import { register } from '${import.meta.resolve('tsx/esm/api')}';
  register();
  await import('${new URL('../../src/store/live/yaml-thread.ts', import.meta.url).href}');
`);

/** A script as the first file of a thread. */
export function scriptUrl(script: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
}
