import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { compileAhead } from './build/compile-ahead.ts';
import { cutReact } from './build/cut-react.ts';
import { leaveOut } from './build/leave-out.ts';
import { splitWords } from './build/split-words.ts';

const usedByMost = new RegExp(
  'src/(?:' +
    [
      'parts/(?:arrival/(?:later|soon)|fields|menu|page-head|some|more|table-head|role-tags|plan-banner|refused-words)\\.',
      'route/(?:query-parameter|follow)',
      'api/(?:cells|pages|preview|subjects)',
      'role/draft/(?:draft|rows|kept-draft|is-of-record)',
      'words/(?:plan-words|sections/(?:role|roles|effect|member|members)-words)',
    ].join('|') +
    ')',
);

/**
 * What is loaded later than the page that uses it, by the files that somebody who needs one of them soon needs. With each go the words
 * and whatever else it alone needs: a file that waits for one which waits for it begins before that is there.
 */
const usedTogether: Readonly<Record<string, string>> = {
  'members-forms':
    'members/(?:give-form|giving-edits|take-dialog|taking|removal-edits|remove-everywhere|timeline)|review/(?:decide|waive)-finding',
  'groups-forms': 'groups/(?:add-form|create-group|group-dialog|group-edits|rename-group)',
  'role-dialogs':
    'role/(?:needed-dialog|conflict-dialog|propose-dialog|proposed-tests|following|naming|caution|draft/(?:refollow|merge))|words/sections/conflict-words',
  signing: 'app/kept-by-others|sign-in/(?:sign-in-act|nobody-signed-in|signed-out)',
  changed: 'changes/(?:change-list|proposals|sentences)|api/proposals|words/proposal-words',
  forms:
    'parts/(?:press|press-button|form-foot|way-back|dialog)\\.tsx?|session/(?:writing|deed)|api/changes|words/writing-words',
  effect: 'parts/effect/',
  matrices: 'matrix/(?:matrix-table|matrix-of|sign|matrix-csv|export-matrix)',
};

/** The pages are served below `/console`; while they are worked on, everything else is asked of a sidecar. */
// oxlint-disable-next-line import/no-default-export -- Vite reads the default export.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/console/',
  plugins: [splitWords(), leaveOut(), cutReact(), compileAhead()],
  // What is built is not looked into with the tools of React.
  define: { __REACT_DEVTOOLS_GLOBAL_HOOK__: 'undefined' },
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    // Those that know `light-dark()` and popovers.
    cssTarget: ['chrome123', 'firefox125', 'safari17.5'],
    // Neither a script nor a style is written into the page, nor a picture into a style: the page's policy forbids it.
    assetsInlineLimit: 0,
    // A page asks for its file while it asks who is signed in: there is nothing to foretell.
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      // How long its parts take says nothing on a busy machine.
      checks: { bundlerTimings: false },
      // What nearly every page uses is one file: many small ones are zipped badly, and each is asked for.
      output: {
        codeSplitting: {
          groups: [
            { name: 'parts', test: usedByMost },
            // Who opens one form of members or of groups soon opens another, and what is as small is zipped better together.
            ...Object.entries(usedTogether).map(([name, files]) => ({
              name,
              test: new RegExp(`src/(?:${files})`),
              includeDependenciesRecursively: false,
            })),
          ],
        },
      },
      // Packages say so to frameworks that render on servers.
      onLog: (level, log, handle) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8181' } },
});
