import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { findCircle, readSources } from './support/source-texts.ts';

const packages = fileURLToPath(new URL('../packages', import.meta.url));
const mostFiles = 20;
const mostLines = 300;

/** The rooms that the page of a package lists, in its order: a file imports from its own or one further down. */
function readRooms(name: string): readonly (readonly [folder: string, sentence: string])[] {
  const page = readFileSync(`${packages}/${name}/ARCHITECTURE.md`, 'utf8');
  const part = page.slice(page.indexOf('\n## Rooms\n')).split('\n## ')[1] ?? '';
  return [...part.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, folder = '', sentence = '']) => [folder, sentence]);
}

for (const name of ['client', 'console']) {
  describe(`the rooms of packages/${name}`, () => {
    const sources = readSources(`packages/${name}/src`);
    const byPath = new Map(sources.map((source) => [source.path, source]));
    const rooms = readRooms(name);
    const order = rooms.map(([folder]) => folder);

    it('are all listed, once, none is empty, and each is told in a sentence', () => {
      const folders = readdirSync(`${packages}/${name}/src`, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath }) => parentPath.slice(`${packages}/${name}/src`.length + 1))
        .map((folder) => (folder === '' ? '.' : folder));
      assert.deepEqual([...order].sort(), [...new Set(folders)].sort());
      for (const [folder, sentence] of rooms) assert.match(sentence, /\w+ \w+/, folder);
    });

    it('hold no more files than one can take in, none of which is too long', () => {
      for (const folder of order) {
        const files = readdirSync(`${packages}/${name}/src/${folder}`, { withFileTypes: true }).filter((one) =>
          one.isFile(),
        );
        assert.isAtMost(files.length, mostFiles, folder);
      }
      for (const { path, text } of sources) assert.isAtMost(text.trimEnd().split('\n').length, mostLines, path);
    });

    it('import from rooms further down the list', () => {
      for (const { path, folder, files } of sources) {
        for (const file of files) {
          const to = order.indexOf(dirname(file));
          assert.isAtLeast(to, order.indexOf(folder), `${path} imports ${file}`);
        }
      }
    });

    it('hold no files that import one another in a circle, be it types alone', () => {
      assert.strictEqual(findCircle(byPath), undefined);
    });

    it('have no default exports or drawers, and name every file in kebab-case', () => {
      assert.isAbove(sources.length, 10);
      for (const { path, text } of sources) {
        assert.notMatch(text, /export default/, path);
        assert.match(path, /^(?:[a-z0-9-]+\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.(?:tsx?|css)$/);
        assert.notMatch(path, /(?:^|\/)(?:utils?|helpers?|common|misc|index)(?:\.tsx?$|\/)/);
      }
    });
  });
}
