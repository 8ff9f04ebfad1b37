import type { SourceFile } from '../../../compile/file/policy-files.ts';
import type { YamlPath } from '../../../compile/yaml/yaml-document.ts';
import type { Mutant } from './mutant.ts';

/** The file with the mistake in it. The data is changed, never the text, so nothing depends on how it is laid out. */
export function mutateFile(entry: unknown, mutant: Mutant): SourceFile {
  const changed = change(entry, mutant.path, mutant);
  return { path: mutant.at.file, content: new TextEncoder().encode(toYaml(changed)) };
}

function change(value: unknown, [head, ...rest]: YamlPath, to: Pick<Mutant, 'widened' | 'instead'>): unknown {
  if (head === undefined) return to.widened;
  const isGone = rest.length === 0 && to.widened === undefined;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.flatMap((item, index) => {
      if (index !== head) return [item];
      return isGone ? [] : [change(item, rest, to)];
    });
  }
  const entries = Object.entries(value as object).flatMap(([key, item]: [string, unknown]) => {
    if (key !== head) return [[key, item] as const];
    return isGone ? [] : [[key, change(item, rest, to)] as const];
  });
  return Object.fromEntries(isGone ? [...entries, ...Object.entries(to.instead ?? {})] : entries);
}

// JSON is YAML, once the characters are escaped that YAML takes for unprintable or for line breaks.
function toYaml(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
