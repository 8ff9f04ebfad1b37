import { readdirSync, readFileSync } from 'node:fs';

/**
 * One fixture, in Go's txtar format: prose, then files behind `-- path --` lines, and last what lint prints behind
 * `-- output --`. What text cannot hold is made by words after the path, see `FileDirective`.
 */
export interface Fixture {
  /** The file's name without `.txtar`: `unknown-role`, or `unknown-role-retired`. */
  readonly name: string;
  /** What goes into docs/checks.md. */
  readonly prose: string;
  readonly files: readonly FixtureFile[];
  readonly output: string;
}

export interface FixtureFile {
  readonly path: string;
  readonly directives: readonly FileDirective[];
  readonly text: string;
}

/**
 * `absent`: the base policy's file or folder is taken away; `link TARGET`: a symbolic link; `repeat N`: the text again
 * and again, up to N bytes; `crlf`: lines end as on Windows; `bom`: a byte order mark first; `latin1`: that encoding;
 * `hidden`: `<202e>` stands for the character of that number.
 */
export interface FileDirective {
  readonly word: string;
  readonly value: string;
}

const valued = new Set(['link', 'repeat']);
const plain = new Set(['absent', 'crlf', 'bom', 'latin1', 'hidden']);

export function readFixtures(folder: 'err' | 'ok'): Fixture[] {
  const root = fixtureFolder(folder);
  const files = readdirSync(root).filter((file) => file.endsWith('.txtar'));
  const names = files.map((file) => file.slice(0, -'.txtar'.length)).sort();
  return names.map((name) => parseFixture(name, readFileSync(new URL(`${name}.txtar`, root), 'utf8')));
}

export function fixtureFolder(folder: 'err' | 'ok' | 'base'): URL {
  return new URL(`${folder}/`, import.meta.url);
}

/** The same fixture, with another output. */
export function replaceOutput(text: string, output: string): string {
  const [before = ''] = text.split(/^-- output --\n/m);
  return `${before}-- output --\n${output}`;
}

export function parseFixture(name: string, text: string): Fixture {
  const [prose = '', ...parts] = text.split(/^-- (.+) --\n/m);
  const sections = parts.flatMap((heading, index) =>
    index % 2 === 0 ? [parseFile(heading, parts[index + 1] ?? '')] : [],
  );
  const files = sections.filter((section) => section.path !== 'output');
  const output = sections.find((section) => section.path === 'output')?.text ?? '';
  return { name, prose: prose.trim(), files, output };
}

function parseFile(heading: string, text: string): FixtureFile {
  const [path = '', ...words] = heading.split(' ');
  const directives: FileDirective[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!valued.has(word) && !plain.has(word)) throw new Error(`unknown word \`${word}\` in \`-- ${heading} --\``);
    if (valued.has(word)) index += 1;
    directives.push({ word, value: valued.has(word) ? (words[index] ?? '') : '' });
  }
  return { path, directives, text };
}
