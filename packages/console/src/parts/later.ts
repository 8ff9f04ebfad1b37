import { type ComponentType, lazy } from 'react';

/** How long a page has for itself before what it does not show is loaded: a browser is idle also while it waits for answers. */
const standsMs = 1500;

/** Parts whose files are there as soon as the browser has nothing else to do, so that nobody waits for them. */
const waiting: (() => Promise<unknown>)[] = [];

/** A part of a page that is loaded when it is first shown, or before that, once the page stands. */
export function later<Props>(load: () => Promise<ComponentType<Props>>) {
  waiting.push(load);
  if (waiting.length === 1) setTimeout(() => whenIdle(loadWaiting), standsMs);
  return lazy(async () => ({ default: await load() }));
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

/** Not every browser says when it is idle. */
export function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: 2000 });
  else setTimeout(run, 500);
}
