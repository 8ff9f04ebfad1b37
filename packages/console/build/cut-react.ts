import type { Plugin } from 'vite';

/**
 * Functions of React for what no page has, and what each answers in their place. `never`: nothing calls them, and whoever
 * did would fail at once, in the first test that looks.
 */
const cut: Readonly<Record<string, 'nothing' | 'false' | 'null' | 'text' | 'never'>> = {
  // Pages are made in the browser: nothing comes from a server to be taken over.
  ReactDOMHydrationRoot: 'never',
  updateDehydratedSuspenseComponent: 'never',
  canHydrateInstance: 'never',
  canHydrateTextInstance: 'never',
  canHydrateHydrationBoundary: 'never',
  prepareToHydrateHostInstance: 'never',
  popHydrationState: 'false',
  clearHydrationBoundary: 'never',
  attemptExplicitHydrationTarget: 'never',
  queueIfContinuousEvent: 'never',
  // Transitions between views.
  startViewTransition: 'never',
  getViewTransitionClassName: 'never',
  measureViewTransitionHostInstancesRecursive: 'never',
  measureNestedViewTransitions: 'nothing',
  applyViewTransitionToHostInstances: 'never',
  applyViewTransitionToHostInstancesRecursive: 'never',
  restoreViewTransitionOnHostInstances: 'never',
  restoreViewTransitionName: 'never',
  restoreNestedViewTransitions: 'nothing',
  restoreEnterOrExitViewTransitions: 'nothing',
  commitAppearingPairViewTransitions: 'nothing',
  commitDeletedPairViewTransitions: 'nothing',
  commitEnterViewTransitions: 'nothing',
  commitExitViewTransitions: 'nothing',
  commitNestedViewTransitions: 'nothing',
  trackEnterViewTransitions: 'nothing',
  ViewTransitionPseudoElement: 'never',
  // Styles, scripts and links in the tree, which React would put into the head.
  isHostHoistableType: 'false',
  getResource: 'never',
  acquireResource: 'never',
  preloadStylesheet: 'never',
  insertStylesheetIntoRoot: 'never',
  getHydratableHoistableCache: 'never',
  suspendResource: 'never',
  preload: 'never',
  preloadModule: 'never',
  preinitStyle: 'never',
  preinitScript: 'never',
  preinitModuleScript: 'never',
  // Elements of React that no page uses: Activity, SuspenseList, a ref of a fragment; forms whose action is a function.
  updateActivityComponent: 'never',
  updateSuspenseListComponent: 'never',
  cutOffTailIfNeeded: 'never',
  mountActionState: 'never',
  runActionStateAction: 'never',
  setPropOnCustomElement: 'never',
  // The stack of an error that the log of a browser has anyhow.
  describeNativeComponentFrame: 'text',
};

const bodies = {
  nothing: '',
  false: 'return false;',
  null: 'return null;',
  text: "return '';",
  never: "throw Error('left out of React');",
} as const;

const client = /\/react-dom\/cjs\/react-dom-client\.production\.js$/;

/** Leaves out of React what the pages never run: a tenth of what is loaded first. React's version is fixed by the lockfile. */
export function cutReact(): Plugin {
  return {
    name: 'cut-react',
    apply: 'build',
    enforce: 'pre',
    transform: { filter: { id: client }, handler: (code) => withoutMethodsOfFragments(withoutBodies(code)) },
  };
}

/** The build fails where React has another name for one of them, so that whoever brings React up to date looks at each. */
function withoutBodies(code: string): string {
  return Object.entries(cut).reduce((text, [name, answer]) => {
    const start = text.indexOf(`\nfunction ${name}(`);
    const end = text.indexOf('\n}\n', start);
    const open = text.indexOf(') {\n', start);
    if (start < 0 || open < 0 || end < open)
      throw new Error(`React has no function ${name} any more: see cut-react.ts`);
    return `${text.slice(0, open)}) { ${bodies[answer]} ${text.slice(end + 1)}`;
  }, code);
}

// Each is a statement of its own, which no minifier takes for unused.
function withoutMethodsOfFragments(code: string): string {
  const method = '\nFragmentInstance.prototype.';
  for (let text = code; ;) {
    const start = text.indexOf(method);
    if (start < 0) return text;
    text = text.slice(0, start) + text.slice(text.indexOf('\n};\n', start) + 3);
  }
}
