import type { YamlPath } from '../yaml/yaml-document.ts';
import type { YamlChange } from './yaml-change.ts';

interface Touched {
  readonly does: YamlChange['does'];
  /** The last place at which something was taken out. */
  key: string | number | undefined;
}

/**
 * How many changes, from one on, have nothing to do with each other: none changes what another one stands in or what stands
 * in it. They can be made at once, and come to what they come to one after the other. So do items that are taken out of one
 * list, the last first, and items that are added to one.
 */
export function countApart(changes: readonly YamlChange[], from: number): number {
  const touched = new Map<string, Touched>();
  const above = new Set<string>();
  for (let index = from; index < changes.length; index += 1) {
    const change = changes[index];
    if (!change) break;
    const { does, path } = change;
    // What stands beside an entry or an item has to do with whether it is there, and with its place.
    const names = namesOf(does === 'remove' ? path.slice(0, -1) : path);
    const whole = names.at(-1) ?? '';
    const known = touched.get(whole);
    if (known ? !isAlike(known, change) : above.has(whole)) return index - from;
    if (names.slice(0, -1).some((name) => touched.has(name))) return index - from;
    touched.set(whole, { does, key: path.at(-1) });
    for (const name of names.slice(0, -1)) above.add(name);
  }
  return changes.length - from;
}

function isAlike({ does, key }: Touched, change: YamlChange): boolean {
  if (does !== change.does) return false;
  if (does === 'append') return true;
  const next = change.path.at(-1);
  return does === 'remove' && (typeof key !== 'number' || (typeof next === 'number' && next < key));
}

function namesOf(path: YamlPath): string[] {
  const names = [''];
  for (const segment of path) names.push(`${names.at(-1) ?? ''}\u0000${segment}`);
  return names;
}
