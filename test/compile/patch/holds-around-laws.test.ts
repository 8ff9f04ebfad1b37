import { assert } from 'chai';
import * as fc from 'fast-check';
import { holdsAround } from '../../../src/compile/patch/holds-around.ts';
import { holdsData } from '../../../src/compile/patch/same-data.ts';
import { overlap, spliceText, type Splice } from '../../../src/compile/patch/text-splices.ts';
import { changeData, type YamlChange } from '../../../src/compile/patch/yaml-change.ts';
import { YamlSource } from '../../../src/compile/patch/yaml-source.ts';
import { isJsonObject, type JsonValue } from '../../../src/policy/text/json.ts';
import { hostileLayouts } from './hostile-layouts.ts';
import { layOut, policyData, type Pick } from './random-layout.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';

const runs = 4 * lawRuns(60);

/** What may be put anywhere, likely to be taken for something else there. */
const texts = [
  ...[
    '',
    '\n',
    ' ',
    '  ',
    'x: 1\n',
    '  x: 1\n',
    '    x: 1\n',
    '\n  x: 1',
    '\n\n  x: 1\n',
    'x',
    ': ',
    '? ',
    '- ',
    '"',
    "'",
  ],
  ...[
    '# c\n',
    '  # c\n',
    '      # c\n',
    '  - a\n',
    '      go on\n',
    '|\n',
    '>-\n',
    '|+\n',
    '{',
    '}',
    '[',
    ']',
    ',',
    '&a ',
  ],
  ...[
    '*a',
    '!t ',
    '...\n',
    '---\n',
    '%T\n',
    '\t',
    '\r\n',
    '<<: x\n',
    '"x": 1\n',
    '  "x": {}\n',
    '{x: 1}\n',
    '__proto__: 1\n',
  ],
];

/** What a text may come to hold: what it held, or that with one entry more, less or otherwise. */
function* guesses(data: JsonValue): Generator<JsonValue> {
  yield data;
  const paths: (readonly (string | number)[])[] = [[]];
  for (const path of paths) {
    const there = path.reduce<JsonValue | undefined>(
      (value, key) => (value as Readonly<Record<string, JsonValue>>)[key],
      data,
    );
    const changes: YamlChange[] =
      path.length === 0
        ? []
        : [{ does: 'remove', path }, ...[1, 'x', null].map((value): YamlChange => ({ does: 'set', path, value }))];
    if (isJsonObject(there)) changes.push({ does: 'set', path: [...path, 'x'], value: 1 });
    for (const change of changes) {
      const after = changeData(data, change);
      if (after !== undefined) yield after;
    }
    if (!isJsonObject(there) || path.length > 2) continue;
    for (const key of Object.keys(there)) paths.push([...path, key]);
  }
}

describe('entries that are read anew by themselves', () => {
  it('hold what the whole text holds, whatever was put where', () => {
    let told = 0;
    fc.assert(
      fc.property(policyData, fc.infiniteStream(fc.nat(99_999)), (drawn, stream) => {
        const pick: Pick = (count) => (stream.next().value as number) % count;
        const one = <Item>(items: readonly Item[]): Item => items[pick(items.length)] as Item;
        const text = pick(3) === 0 ? one(hostileLayouts).write(drawn) : layOut(drawn, pick);
        const source = new YamlSource(text);
        const { body, data } = source;
        if (data === undefined) return;
        const places = [...body.matchAll(/^|$|:(?= |$)|(?<=^ *)\S/gm)].map(({ index }) => index);
        for (let turn = 0; turn < 8; turn += 1) {
          const splices = Array.from({ length: 1 + pick(2) }, (): Splice => {
            const start = one(places);
            const end = pick(2) === 0 ? start : one([...places.filter((place) => place >= start).slice(0, 4)]);
            return { start, end, text: one(texts) + (pick(4) === 0 ? one(texts) : '') };
          });
          if (overlap(splices)) continue;
          const patched = spliceText(body, splices);
          for (const guess of guesses(data)) {
            if (!holdsAround(source, splices, guess)) continue;
            told += 1;
            assert.isTrue(
              holdsData(patched, guess),
              `${JSON.stringify(body)} → ${JSON.stringify(patched)}: ${JSON.stringify(guess)}`,
            );
          }
        }
      }),
      { numRuns: runs, includeErrorInReport: true },
    );
    assertReached(told, runs / 10);
  }).timeout(60_000 + 100 * runs);
});
