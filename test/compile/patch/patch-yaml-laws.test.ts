import { assert } from 'chai';
import * as fc from 'fast-check';
import { patchYaml } from '../../../src/compile/patch/patch-yaml.ts';
import { RefusedLayout } from '../../../src/compile/patch/refused-layout.ts';
import { spliceText } from '../../../src/compile/patch/text-splices.ts';
import { changeData, type YamlChange } from '../../../src/compile/patch/yaml-change.ts';
import { parseYaml } from '../../../src/compile/yaml/yaml-document.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/policy/text/json.ts';
import { layOut, policyData, type Pick } from './random-layout.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';

const runs = 5 * lawRuns(60);

type Path = readonly (string | number)[];

function* placesOf(data: JsonValue, path: Path = []): Generator<{ path: Path; value: JsonValue }> {
  yield { path, value: data };
  if (typeof data !== 'object' || data === null) return;
  for (const [key, value] of Object.entries(data))
    yield* placesOf(value, [...path, Array.isArray(data) ? Number(key) : key]);
}

function drawChange(data: JsonObject, value: JsonValue, pick: Pick): YamlChange {
  const places = [...placesOf(data)];
  const { path, value: there } = places[pick(places.length)] ?? { path: [], value: data };
  const key = ['new', 'a-b', 'tag:create', '10', "it's"][pick(5)] ?? 'new';
  const kind = pick(4);
  if (Array.isArray(there) && kind > 0) return { does: 'append', path, value };
  if (isJsonObject(there) && (kind > 1 || path.length === 0)) return { does: 'set', path: [...path, key], value };
  if (kind === 2) return { does: 'rename', path, to: key };
  return kind === 3 ? { does: 'set', path, value } : { does: 'remove', path };
}

describe('a change of a YAML text', () => {
  it('is that of its data, of nothing else in the text, and can be undone to the byte', () => {
    let changed = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        policyData,
        fc.array(policyData, { minLength: 6, maxLength: 6 }),
        fc.infiniteStream(fc.nat(9999)),
        (first, values, stream) => {
          const pick: Pick = (count) => (stream.next().value as number) % count;
          let text = layOut(first, pick);
          let data = parseYaml('', text.replace(/^\ufeff/, '')).document?.value as JsonValue | undefined;
          if (data === undefined) return;
          for (const [index, drawn] of values.entries()) {
            const value = index % 2 === 0 ? (Object.values(drawn)[0] ?? 'plain') : drawn;
            const change = drawChange(data as JsonObject, value, pick);
            const expected = changeData(data, change);
            const about = (): string => `${JSON.stringify(change)} of\n${JSON.stringify(text)}`;
            let patched;
            try {
              patched = patchYaml(text, change);
            } catch (error) {
              if (!(error instanceof RefusedLayout)) throw new Error(`${about()}: ${(error as Error).stack}`);
              if (expected !== undefined && change.path.length > 0) refused += 1;
              continue;
            }
            changed += 1;
            assert.isDefined(expected, about());
            assert.deepEqual(parseYaml('', patched.text.replace(/^\ufeff/, '')).document?.value, expected, about());
            assert.equal(spliceText(text, patched.splices), patched.text, about());
            const undo = patched.splices.reduceRight<{ text: string }>(
              ({ text: after }, { start, end, text: put }) => {
                const shift = patched.splices
                  .filter((one) => one.start < start || (one.start === start && one.end < end))
                  .reduce((sum, one) => sum + one.text.length - (one.end - one.start), 0);
                return {
                  text:
                    after.slice(0, start + shift) + text.slice(start, end) + after.slice(start + shift + put.length),
                };
              },
              { text: patched.text },
            ).text;
            assert.equal(undo, text, `undone: ${about()}`);
            if (change.does === 'set')
              assert.equal(patchYaml(patched.text, change).text, patched.text, `again: ${about()}`);
            text = patched.text;
            data = expected!;
          }
        },
      ),
      { numRuns: runs },
    );
    assertReached(changed, runs);
    assert.isBelow(refused, changed / 10);
  }).timeout(60_000 + 1000 * runs);
});
