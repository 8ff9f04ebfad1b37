import type { YamlFault } from './yaml-findings.ts';

// As far as is looked for what ends a key, and what parts two of them.
const nearCharacters = 1000;

/** Whether a key between braces has no colon behind it: in `{ title: Create, edit }` the text was meant to go on. */
export function isBareKey(source: string, keyEnd: number): boolean {
  return /^\s*[,}]/.test(source.slice(keyEnd, keyEnd + nearCharacters));
}

/** Adds the fault, as one with that of the key right before it. `before`: where the value before the key begins. */
export function addBareKey(
  faults: YamlFault[],
  source: string,
  { keyStart: start, keyEnd: end }: { readonly keyStart: number; readonly keyEnd: number },
  before: number | undefined,
): void {
  const last = faults.at(-1);
  const isNext = last?.kind === 'bare-key' && last.end < start && /^\s*,\s*$/.test(source.slice(last.end, start));
  if (isNext) faults.pop();
  const from = isNext ? last.start : start;
  const firstStart = isNext ? last.firstStart : before;
  const fault: YamlFault = { kind: 'bare-key', start: from, end, name: source.slice(from, end) };
  faults.push(firstStart === undefined ? fault : { ...fault, firstStart });
}
