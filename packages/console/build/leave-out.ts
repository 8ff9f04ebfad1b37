import type { Plugin } from 'vite';

/** Modules of packages that the pages use nothing of, and what stands for them. */
const standIns: readonly { readonly module: RegExp; readonly text: string }[] = [
  // Vite loads what a file needs before it, of which no file here has any: styles are one file.
  { module: /^\0?vite\/preload-helper\.js$/, text: 'export const __vitePreload = (load) => load();' },
  // Patterns of addresses: the pages read theirs themselves (route.ts).
  {
    module: /^regexparam$/,
    text: "export const parse = () => { throw new Error('addresses are read by route.ts'); };",
  },
  // React has this itself since its 18th version.
  { module: /^use-sync-external-store\/shim/, text: "export { useSyncExternalStore } from 'react';" },
  // The pages send changes by calls of their own and have no mutations. A page that had one would fail in its first test.
  {
    module: /^\.\/mutationCache\.js$/,
    text: 'export class MutationCache { clear() {} resumePausedMutations() { return Promise.resolve(); } }',
  },
];

const mark = '\0stand-in:';

/** Leaves out of what is built what is never run: two and a half kilobytes. */
export function leaveOut(): Plugin {
  return {
    name: 'leave-out',
    apply: 'build',
    enforce: 'pre',
    resolveId(id) {
      const index = standIns.findIndex(({ module }) => module.test(id));
      return index < 0 ? undefined : `${mark}${index}`;
    },
    load(id) {
      return id.startsWith(mark) ? standIns[Number(id.slice(mark.length))]?.text : undefined;
    },
  };
}
