import { type ComponentType, createElement, lazy, useState } from 'react';

/** A part of a page in a file of its own. */
export type OwnFile<Props extends object> = ComponentType<Props> & { readonly load: () => Promise<unknown> };

/**
 * Loads a part when it is shown, or asked for before. One that is there by then is drawn at once: of a part that it knows of
 * by a promise alone, React shows first what stands in for it, and that for 300 ms, lest it flicker.
 */
export function ownFile<Props extends object>(load: () => Promise<ComponentType<Props>>): OwnFile<Props> {
  let loaded: ComponentType<Props> | undefined;
  const loadOnce = async (): Promise<ComponentType<Props>> => (loaded ??= await load());
  const Awaited: ComponentType<Props> = lazy(async () => ({ default: await loadOnce() }));
  function Part(props: Props) {
    // The same for as long as it is shown, or what is written there would be gone when the file comes.
    const [Shown] = useState(() => loaded ?? Awaited);
    return createElement(Shown, props);
  }
  return Object.assign(Part, { load: loadOnce });
}
