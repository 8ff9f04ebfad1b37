import { assert } from 'chai';
import * as fc from 'fast-check';
import type { WorkspaceFile } from '../../../src/compile/file/entries.ts';
import { parsePolicyFile, type ParsedFile } from '../../../src/compile/file/parsed-file.ts';
import { receiveWorkspace, sendWorkspace } from '../../../src/compile/incremental/sent-workspace.ts';
import type { YamlPath } from '../../../src/compile/yaml/yaml-document.ts';

const parse = (text: string): ParsedFile<WorkspaceFile> =>
  parsePolicyFile<WorkspaceFile>({ path: 'policies/a.yaml', content: Buffer.from(text) }, 'workspace');

/** As it comes out on the other side of a thread. */
function send(text: string): ParsedFile<WorkspaceFile> | undefined {
  const sent = sendWorkspace(parse(text));
  return sent && receiveWorkspace(structuredClone(sent));
}

function* pathsOf(value: unknown, path: YamlPath = []): Generator<YamlPath> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, held] of Object.entries(value)) {
    yield* pathsOf(held, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

function assertSame(text: string): void {
  const [there, here] = [send(text), parse(text)];
  assert(there && here.entry, text);
  const [written, read] = [there.places?.entriesOf('members'), here.places?.entriesOf('members')];
  assert.deepEqual(written?.keys, read?.keys, text);
  assert.deepEqual(written?.values, read?.values, text);
  for (const place of read?.keys.keys() ?? []) {
    assert.deepEqual(written?.keySpan(place), read?.keySpan(place), text);
    assert.deepEqual(written?.valueSpan(place), read?.valueSpan(place), text);
  }
  assert.deepEqual(there.entry, here.entry, text);
  assert.deepEqual(Object.keys(there.entry ?? {}), Object.keys(here.entry), text);
  assert.deepEqual({ ...there.entry }, { ...here.entry }, text);
  for (const path of pathsOf(here.entry)) {
    for (const on of ['key', 'value'] as const) {
      assert.deepEqual(there.locate(path, on), here.locate(path, on), `${on} ${path.join('/')} in\n${text}`);
    }
  }
  assert.deepEqual([there.path, there.digest, there.problems], [here.path, here.digest, []]);
}

describe('a workspace that one thread gives to another', () => {
  it('says the same at the same places, whatever stands in it and wherever the members stand', () => {
    assertSame('workspace: a');
    assertSame('workspace: a\nmembers: { bo: { roles: member, properties: { n: [.inf, -.inf, .nan, -0, 1e3] } } }');
    assertSame('members: {}\nworkspace: a\n');
    assertSame('members:\n  bo: member\n  ana: [member, { role: lead, until: 2030-01-01 }]\nworkspace: "a"\ntitle: A');
    assertSame(
      '{ members: { "10": member, "9": member, bo: { roles: member, properties: { n: [1, { x: null }] } } }, workspace: a }',
    );
    assertSame(
      '# é\r\nworkspace: a\r\nretired: { old: lead }\r\nroles:\r\n  lead: { grants: ["doc:*", "a:b"] }\r\nmembers: { 7: lead }\r\n',
    );
    assertSame(
      'workspace: a\nmembers: { constructor: member, toString: member, valueOf: member, hasOwnProperty: member }',
    );
  });

  it('does so by law', () => {
    const name = fc.stringMatching(/^(bot:)?[a-z0-9@.-]{1,9}$/);
    const role = fc.constantFrom('member', 'lead');
    const quoted = (text: string): string => JSON.stringify(text);
    const roles = fc.oneof(
      role.map(quoted),
      fc.array(role.map(quoted), { minLength: 1, maxLength: 3 }).map((some) => `[${some.join(', ')}]`),
      role.map((id) => `{ roles: ${quoted(id)}, properties: { team: ${quoted(id)}, "1": [2] } }`),
      role.map((id) => `\n    - role: ${quoted(id)}\n      reason: it was asked for`),
    );
    const members = fc.uniqueArray(fc.tuple(name, roles), { selector: ([key]) => key, maxLength: 12 });
    const grants = fc.uniqueArray(fc.constantFrom('"a:b"', '"a:*"', '"*"', '"c:d@e"'), { maxLength: 4 });
    let right = 0;
    fc.assert(
      fc.property(members, grants, fc.boolean(), (list, granted, isFirst) => {
        const lines = list.map(([key, held]) => `  ${quoted(key)}: ${held}\n`).join('');
        const block = lines === '' ? '' : `members:\n${lines}`;
        const rest = `workspace: w\nroles:\n  lead:\n    grants: [${granted.join(', ')}]\n`;
        const text = isFirst ? block + rest : rest + block;
        if (!parse(text).entry) return;
        right += 1;
        assertSame(text);
      }),
      { numRuns: 300 },
    );
    assert.isAbove(right, 200);
  });

  it('is not given when anything is wrong with it', () => {
    for (const text of [
      '',
      'workspace: [',
      'workspace: a\nworkspace: b',
      'workspace: 7',
      'workspace: a\nmembers:\n',
      'workspace: a\nmembers: []',
      'workspace: a\nmembers: null',
      'workspace: a\nrolls: {}',
      'workspace: a\nmembers: { "": member }',
      'workspace: a\nmembers: { __proto__: member }',
    ])
      assert.isUndefined(send(text), text);
  });
});
