import type { ComponentType } from 'react';
import { ownFile, type OwnFile } from './own-file.ts';

/** How long a page has for itself before what it does not show is loaded: a browser is idle also while it waits for answers. */
const standsMs = 1500;

/** Parts whose files are there as soon as the browser has nothing else to do, so that nobody waits for them. */
const waiting: (() => Promise<unknown>)[] = [];

/** A part of a page that is loaded when it is first shown, or before that, once the page stands. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): OwnFile<Props> {
  const part = ownFile(load);
  waiting.push(part.load);
  if (waiting.length === 1) whenItStands(loadWaiting);
  return part;
}

function loadWaiting(): void {
  const load = waiting.shift();
  if (!load) return;
  // What cannot be loaded now is tried again when it is shown.
  load().then(
    () => whenIdle(loadWaiting),
    () => waiting.splice(0),
  );
}

/** Once the page had its time, or somebody does something with it before. Whoever asked may take it back. */
export function whenItStands(run: () => void): () => void {
  const over = new AbortController();
  const begin = (): void => {
    over.abort();
    whenIdle(run);
  };
  const timer = setTimeout(begin, standsMs);
  over.signal.addEventListener('abort', () => clearTimeout(timer));
  for (const deed of ['keydown', 'pointermove', 'wheel', 'touchstart']) {
    addEventListener(deed, begin, { passive: true, signal: over.signal });
  }
  return () => over.abort();
}

/** Not every browser says when it is idle. */
function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: 2000 });
  else setTimeout(run, 500);
}
