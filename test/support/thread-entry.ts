/**
 * What `new Worker` is given to run `src/cli/diff/parse-ahead-thread.ts`. Node 20 does not take TypeScript for the first file of
 * a thread.
 */
export const threadEntry = new URL(`data:text/javascript,${encodeURIComponent(scriptOf())}`);

function scriptOf(): string {
  const [tsx, thread] = [
    import.meta.resolve('tsx/esm/api'),
    new URL('../../src/cli/diff/parse-ahead-thread.ts', import.meta.url).href,
  ];
  return `import { register } from '${tsx}'; register(); await import('${thread}');`;
}
