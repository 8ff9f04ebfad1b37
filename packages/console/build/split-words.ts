import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const wordsFile = fileURLToPath(new URL('../src/words/words.ts', import.meta.url));
const query = '?section=';

/**
 * Splits words.ts by its sections in what is built: all words stand in one file, for whoever translates them, and a page
 * loads those alone that it says.
 */
export function splitWords(): Plugin {
  return {
    name: 'split-words',
    apply: 'build',
    enforce: 'pre',
    transform: {
      filter: { code: "/words/words.ts'" },
      handler: (code) => importSections(code),
    },
    resolveId: { filter: { id: /\?section=/ }, handler: (id) => id },
    load: {
      filter: { id: /words\.ts\?section=/ },
      handler(id) {
        const text = readFileSync(wordsFile, 'utf8');
        const section = sectionOf(text, id.slice(id.indexOf(query) + query.length));
        const imports = text.slice(0, text.indexOf('/** All words'));
        return { code: `${imports}export const section = ${section};`, moduleType: 'ts' };
      },
    },
  };
}

const importLine = /import \{ words \} from '[^']*\/words\/words\.ts';/;

/** The module with the sections in place of all words; as it is where it does more with them than to name sections. */
function importSections(code: string): string | undefined {
  const rest = code.replace(importLine, '');
  if (rest === code) return undefined;
  const names = new Set<string>();
  const others = rest
    .replaceAll(/(?<![.\w-])words\.(\w+)/g, (_, name: string) => {
      names.add(name);
      return '';
    })
    .replaceAll(/const \{([\w\s,:]+)\} = words;/g, (_, list: string) => {
      for (const one of list.split(',')) names.add(one.split(':')[0]?.trim() ?? '');
      return '';
    })
    .replaceAll(/\/\*[^]*?\*\/|\/\/.*|(["'`])(?:\\.|(?!\1)[^\\\n])*\1/g, '');
  if (/(?<![.\w])words\b(?!:)/.test(others)) return undefined;
  names.delete('');
  const sections = [...names];
  const imports = sections.map((name) => `import { section as ${name}Words } from '${wordsFile}${query}${name}';`);
  const object = `const words = { ${sections.map((name) => `${name}: ${name}Words`).join(', ')} };`;
  return code.replace(importLine, `${imports.join(' ')} ${object}`);
}

/** The text of one section: from its name to the line that closes it. A section of one line has no more than that. */
function sectionOf(text: string, name: string): string {
  const found = new RegExp(`^  ${name}: (\\{$[^]*?^  \\}|.+),$`, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`words.ts has no section ${name}`);
  return found;
}
