import { assert } from 'chai';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import { parsePolicyFile } from '../../../src/compile/file/parsed-file.ts';
import { sourceFile } from '../../support/policy-texts.ts';

/** The help for a file's problems, in order. */
function helpFor(schema: 'workspace' | 'roles' | 'organization', text: string): string[] {
  return parsePolicyFile(sourceFile('f.yaml', text), schema).problems.map(({ help }) => help ?? '');
}

describe('a name that is proposed', () => {
  const proposedFor = (id: string): string | undefined =>
    /^did you mean `(.*)`\?/.exec(helpFor('workspace', `workspace: ${JSON.stringify(id)}`)[0] ?? '')?.[1];

  it('is the one that was written, in the letters of ids', () => {
    const names = {
      'Team Lead': 'team-lead',
      'team_lead 2.0': 'team_lead-2.0',
      'Support (EMEA)': 'support-emea',
      'R&D': 'r-d',
      'Équipe du Nord': 'equipe-du-nord',
      'a.b/c': 'a.b-c',
      ' acme ': 'acme',
      '2-4 Main St.': '2-4-main-st.',
      [`A ${'b'.repeat(62)}`]: `a-${'b'.repeat(62)}`,
    };
    for (const [written, id] of Object.entries(names)) assert.equal(proposedFor(written), id, written);
  });

  it('is never one of which something is cut', () => {
    const uuid = '550e8400-e29b-41d4-a716-446655440000';
    for (const id of [
      `{${uuid}}`,
      '_4sales',
      '.5',
      '-7',
      '-a',
      '東京',
      'sales-東京',
      'c++',
      'c#',
      'ana@acme.example',
      'Straße',
      'a*b',
      'a'.repeat(65),
    ]) {
      assert.isUndefined(proposedFor(id), id);
      assert.include(
        helpFor('workspace', `workspace: ${JSON.stringify(id)}`).join(),
        id.length > 64 ? '' : 'an id is letters, digits',
      );
    }
    for (const text of [`roles: { "${uuid}": {} }`, `members: { ana: "${uuid}" }`]) {
      assert.notInclude(helpFor('workspace', `workspace: w\n${text}`).join(), 'did you mean');
    }
  });

  it('is written out, however long it is', () => {
    const long = `permission-${'x'.repeat(70)}`;
    const text = `workspace: w\ntitle: { ${long}: 1 }\nroles: { a: { grants: ${long}:read } }\n`;
    assert.include(helpFor('workspace', text).join('\n'), `\`[${long}:read]\``);
    const path = `policies/${'a'.repeat(80)}.yml`;
    const [problem] = compilePolicy([{ path, content: new Uint8Array() }], 0).problems;
    assert.include(problem?.help, `\`policies/${'a'.repeat(80)}.yaml\``);
  });
});

describe('a resource that begins with a digit', () => {
  const rule = 'a resource begins with a letter';

  it('is told why it is none, wherever it is written', () => {
    const catalog = (id: string): string => `permissions: { C: { "${id}": t } }\nroles: { a: { grants: [] } }\n`;
    for (const id of ['2fa:reset', '2fa:enforce', '2fa:3x', '0:a']) {
      assert.include(helpFor('roles', catalog(id)).join(), rule, id);
    }
    for (const grant of ['2fa:*', '2fa:reset@own', '2fa:enforce']) {
      for (const list of ['grants', 'denies', 'without']) {
        assert.include(
          helpFor('workspace', `workspace: w\nroles: { a: { ${list}: ["${grant}"] } }\n`).join(),
          rule,
          grant,
        );
      }
    }
  });

  it('only then', () => {
    for (const id of ['user', 'user:', 'a b:c', 'user:reset:2', 'user-reset2']) {
      const text = `permissions: { C: { "${id}": t } }\nroles: { a: { grants: [] } }\n`;
      const help = helpFor('roles', text).join();
      assert.include(help, 'a permission is');
      assert.notInclude(help, rule, id);
    }
  });

  it('and an action may', () => {
    for (const id of ['user:2fa-reset', 'user:2', 'a:0_.-']) {
      const text = `permissions: { C: { "${id}": t } }\nroles: { a: { grants: ["${id}"] } }\n`;
      assert.deepEqual(helpFor('roles', text), [], id);
    }
  });
});

describe('a pair of `exclusive` without its brackets', () => {
  const helpOf = (exclusive: string): string[] =>
    helpFor(
      'roles',
      `permissions: { C: { a:b: t, c:d: u, e:f: v } }\nexclusive: ${exclusive}\nroles: { a: { grants: [] } }\n`,
    );

  it('is told once, and as it is written right', () => {
    for (const pair of ['[a:b, c:d]', '\n  - a:b\n  - c:d', '[a:b, c:d, e:f]', '[a:b, "c:d"]']) {
      assert.deepEqual(helpOf(pair), ['it is a list of pairs, as in `exclusive: [[a:b, c:d]]`'], pair);
    }
    for (const pair of ['a:b', '[[a:b]]', '[[a:b, c:d, e:f]]', '{ a:b: c:d }', '[a:b]']) {
      assert.include(helpOf(pair).join(), 'it is a list of pairs, as in `exclusive: [[', pair);
      assert.lengthOf(helpOf(pair), 1, pair);
    }
  });

  it('does not hide another mistake beside it', () => {
    assert.lengthOf(helpOf('[[a:b], 7, c:d, [e:f, e:f, e:f]]'), 4);
  });
});
