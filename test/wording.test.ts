import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';

const root = fileURLToPath(new URL('../src', import.meta.url));

const typePattern =
  /\/\*\*\s+(?:\* )?(\S+(?: \S+)?)(?:(?!\*\/)[^])*?\*\/\nexport (?:abstract )?(?:interface|class|type) (\w+)/g;

/** A type is a thing, so its comment names one; what it does or asks comes after. */
const noNoun =
  /^(?:What|How|Who|Whom|Whose|Where|Which|Why|Whether|Who(?:m|so)?ever|Whichever|Whatever|As|Of|By|So|Such|Those|Told|Thrown|Called|Asked|Accepts|Asks|Calls|Collects|Compares|Compiles|Counts|Decides|Draws|Finds|Follows|Gives|Groups|Holds|Judges|Keeps|Looks|Makes|Notices|Reads|Remembers|Says|Sees|Tells|Waits|Watches|Writes)\b/;

describe('the words of the code', () => {
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

  it('begin the comment of a type with a noun', () => {
    const wrong = sources.flatMap(({ path, text }) =>
      [...text.matchAll(typePattern)]
        .filter(([, first = '']) => noNoun.test(first))
        .map(([, first, name]) => `${path}: ${name}: ${first} …`),
    );
    assert.deepEqual(wrong, []);
  });

  it('give what is exported a name that nothing else has', () => {
    const homes = new Map<string, string>();
    for (const { path, text } of sources) {
      for (const [, name = ''] of text.matchAll(
        /^export (?:abstract |async )?(?:interface|class|type|const|function\*?) (\w+)/gm,
      )) {
        const other = homes.get(name);
        assert(other === undefined || other === path, `\`${name}\` is exported by ${other} and by ${path}`);
        homes.set(name, path);
      }
    }
    assert.isAbove(homes.size, 500);
  });
});
