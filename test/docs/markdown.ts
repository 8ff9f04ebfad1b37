import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The fenced blocks of a page in one language, in order. */
export function codeBlocks(page: string, language: string): string[] {
  const text = readFileSync(`${repository}${page}`, 'utf8');
  return [...text.matchAll(/^```([a-z]*)\n([\s\S]*?)^```$/gm)]
    .filter((match) => match[1] === language)
    .map((match) => match[2] ?? '');
}

/** What differs from run to run gets one name for each thing, so what is the same on the page must be the same here. */
export function masked(text: string): string {
  const names = new Map<string, string>();
  const name = (kind: string) => (found: string) => {
    if (!names.has(found)) names.set(found, `${kind}${names.size}`);
    return names.get(found) ?? '';
  };
  return text
    .replaceAll(/\b[0-9a-f]{12}\b/g, name('revision'))
    .replaceAll(/(?<=\.\d+-)[0-9a-f]{8}\b/g, name('token'))
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'time');
}
