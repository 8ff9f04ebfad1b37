import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const sections = fileURLToPath(new URL('../src/words/sections/', import.meta.url));

/**
 * Has each module import in what is built those sections of the words that it says: `words` has all of them, for whoever
 * translates or looks for one, and a page loads its own alone.
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
  const found = [...names];
  const imports = found.map((name) => `import { ${name}Words } from '${sections}${fileOf(name)}';`);
  const object = `const words = { ${found.map((name) => `${name}: ${name}Words`).join(', ')} };`;
  return code.replace(importLine, `${imports.join(' ')} ${object}`);
}

/** The file of a section: `sign-in-words.ts` of `signIn`. The build fails where there is none. */
function fileOf(name: string): string {
  return `${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-words.ts`;
}
