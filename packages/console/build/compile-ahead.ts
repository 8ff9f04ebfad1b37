import type { Plugin } from 'vite';

/** Of a smaller one as much time is lost as is won. */
const fewestBytes = 4000;

/**
 * Tells the browser to compile a script whole while it arrives, beside the main thread: nearly all of what a page loads first
 * runs at once. A browser that does not know the word reads a comment.
 */
export function compileAhead(): Plugin {
  return {
    name: 'compile-ahead',
    apply: 'build',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk' || chunk.code.length < fewestBytes) continue;
        chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`;
      }
    },
  };
}
