import { assert } from 'chai';
import { isLowerCaseId, isPermissionId, isPlaceId, isRoleId } from '../../../src/policy/ids.ts';
import { limits } from '../../../src/policy/limits.ts';
import { compileTexts, findings, type PolicyTexts } from '../../support/policy-texts.ts';

const uuid = '550e8400-e29b-41d4-a716-446655440000';

/** Whatever somebody may take for an id: some are, as one kind or another. */
const candidates = [
  'acme',
  'ACME',
  'Acme_Corp.2',
  'team-lead',
  'a',
  '7',
  '01234',
  '1.10',
  '1e3',
  '0x1F',
  '12345678901234567890',
  '2026-11-20',
  uuid,
  '550E8400-E29B-41D4-A716-446655440000',
  'true',
  'null',
  'on',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'a..b',
  'a-',
  'x'.repeat(limits.idCharacters),
  '',
  ' ',
  '.',
  '..',
  '-',
  '_',
  '-1',
  '+1',
  '.5',
  '_a',
  '~',
  '*',
  '#1',
  'a b',
  ' a',
  'a ',
  'a/b',
  'a:b',
  'a@b',
  'a,b',
  'a+b',
  'a%2Eb',
  'a\\b',
  'a\nb',
  'a\u0000b',
  'ä',
  'а',
  '１',
  `{${uuid}}`,
  'x'.repeat(limits.idCharacters + 1),
];

const catalog = 'permissions: { C: { a:b: t } }\nroles: { member: { grants: [a:b] } }\n';

/** A place where an id of a kind is written, and the policy around it. `text` is the id as YAML. */
interface Door {
  readonly title: string;
  readonly is: (id: string) => boolean;
  readonly policy: (text: string) => PolicyTexts;
}

const workspace = (text: string): PolicyTexts => ({ 'roles.yaml': catalog, 'policies/w.yaml': text });
const roles = (text: string): PolicyTexts => ({ 'roles.yaml': text, 'policies/w.yaml': 'workspace: w\n' });

const doors: readonly Door[] = [
  { title: 'a workspace', is: isPlaceId, policy: (id) => workspace(`workspace: ${id}\nmembers: { ana: member }\n`) },
  {
    title: 'an organization',
    is: isPlaceId,
    policy: (id) => ({ ...workspace('workspace: w\n'), 'policies/organization.yaml': `organization: ${id}\n` }),
  },
  {
    title: 'the workspace of a test',
    is: isPlaceId,
    policy: (id) => ({
      ...workspace(`workspace: ${id}\nmembers: { ana: member }\n`),
      'policies/w.test.yaml': `tests: [{ name: n, workspace: ${id}, as: ana, can: [a:b] }]\n`,
    }),
  },
  {
    title: 'a built-in role, extended, given, and tested',
    is: isRoleId,
    policy: (id) => ({
      'roles.yaml': `permissions: { C: { a:b: t } }\nroles: { ${id}: { grants: [a:b] }, other: { extends: ${id} } }\ndefaultRole: ${id}\n`,
      'policies/w.yaml':
        `workspace: w\nmembers: { ana: ${id}, bo: [${id}, other], cy: { roles: { role: ${id} } } }\n`.replace(
          `roles: { role: ${id} }`,
          `roles: [{ role: ${id} }]`,
        ),
      'policies/w.test.yaml': `tests: [{ name: n, workspace: w, as: { role: ${id} }, can: [a:b] }]\n`,
    }),
  },
  {
    title: 'a custom role',
    is: isRoleId,
    policy: (id) => workspace(`workspace: w\nroles: { ${id}: { extends: [member] } }\nmembers: { ana: ${id} }\n`),
  },
  { title: 'a retired role', is: isRoleId, policy: (id) => workspace(`workspace: w\nretired: { ${id}: member }\n`) },
  {
    title: 'a scope',
    is: isLowerCaseId,
    policy: (id) =>
      roles(
        `scopes: { ${id}: {} }\npermissions: { C: { a:b: { title: t, scopes: [${id}] } } }\nroles: { member: { grants: [] } }\n`,
      ),
  },
  { title: 'a subject type', is: isLowerCaseId, policy: (id) => roles(`subjectTypes: [${id}]\n${catalog}`) },
  {
    title: 'a plan',
    is: isLowerCaseId,
    policy: (id) => ({
      ...roles(`${catalog}customRoles: { plans: [${id}] }\n`),
      'policies/organization.yaml': `organization: o\nplan: ${id}\n`,
    }),
  },
];

describe('an id in a file', () => {
  for (const { title, is, policy } of doors) {
    it(`as ${title} is what that kind may be, and nothing else`, () => {
      for (const id of candidates) {
        const found = compileTexts(policy(JSON.stringify(id))).problems.filter(({ severity }) => severity === 'error');
        if (is(id)) assert.deepEqual(found, [], JSON.stringify(id));
        else {
          assert.isNotEmpty(found, JSON.stringify(id));
          for (const { message, help = message, line, column } of found) {
            assert.match(help, /[a-z]/, JSON.stringify(id));
            assert.isAbove(line + column, 1);
          }
        }
      }
    });
  }

  it('as a permission has an action that may begin with a digit', () => {
    for (const [id, isOne] of Object.entries({
      'user:2fa-reset': true,
      'user:2': true,
      'User:Reset_2.0': true,
      '2fa:enforce': false,
      'user:': false,
      ':2': false,
      'user:-2': false,
      'user:.2': false,
      'user:2@self': false,
      'user:2:3': false,
      'user: 2': false,
      'user:*': false,
      'us er:2': false,
      'user:２': false,
    })) {
      assert.equal(isPermissionId(id), isOne, id);
      const texts = roles(`permissions: { C: { "${id}": t } }\nroles: { member: { grants: ["${id}"] } }\n`);
      assert.equal(compileTexts(texts).problems.length === 0, isOne, id);
    }
  });
});

/** What stands there without quotes, and whether it is taken, as a key and as a value. Never is it another text. */
const unquoted: readonly (readonly [text: string, asKey: 'taken' | 'refused', asValue: 'taken' | 'refused'])[] = [
  ['7', 'taken', 'refused'],
  ['550', 'taken', 'refused'],
  ['1.5', 'taken', 'refused'],
  ['01234', 'refused', 'refused'],
  ['1.10', 'refused', 'refused'],
  ['1.', 'refused', 'refused'],
  ['1e3', 'refused', 'refused'],
  ['12e45678', 'taken', 'refused'],
  ['0x1F', 'refused', 'refused'],
  ['0o17', 'refused', 'refused'],
  ['12345678901234567890', 'refused', 'refused'],
  ['true', 'taken', 'refused'],
  ['True', 'refused', 'refused'],
  ['FALSE', 'refused', 'refused'],
  ['null', 'taken', 'refused'],
  ['Null', 'refused', 'refused'],
  ['2026-11-20', 'taken', 'taken'],
  ['1_000', 'taken', 'taken'],
  ['0b11', 'taken', 'taken'],
  ['1.2.3', 'taken', 'taken'],
  ['4sales', 'taken', 'taken'],
  [uuid, 'taken', 'taken'],
  ['yes', 'taken', 'taken'],
  ['on', 'taken', 'taken'],
];

describe('an id without quotes', () => {
  it('is the very text that stands there, or refused with how to write it', () => {
    for (const [text, asKey, asValue] of unquoted) {
      const members = compileTexts(workspace(`workspace: w\nmembers: { ${text}: member }\n`));
      const known = [...(members.policy?.workspaces.get('w')?.members.get('user')?.keys() ?? [])];
      assert.deepEqual(known, asKey === 'taken' ? [text] : [], text);

      const { policy, problems } = compileTexts(workspace(`workspace: ${text}\nmembers: { ana: member }\n`));
      assert.deepEqual([...(policy?.workspaces.keys() ?? [])], asValue === 'taken' ? [text] : [], text);
      for (const { help = '' } of [...members.problems, ...problems]) {
        assert.match(help, /put quotes round|say what belongs here/, text);
      }
      if (asValue === 'refused' && !/null/i.test(text)) {
        assert.match(problems[0]?.help ?? '', /put quotes round/, text);
        const quoted = compileTexts(workspace(`workspace: "${text}"\nmembers: { ana: member }\n`));
        assert.deepEqual([...(quoted.policy?.workspaces.keys() ?? [])], [text]);
      }
    }
  });

  it('as a role is told how to be written wherever a role is named', () => {
    for (const text of ['true', 'False', 'TRUE']) {
      for (const file of [
        `workspace: w\nmembers: { ana: ${text} }\n`,
        `workspace: w\nmembers: { ana: [${text}] }\n`,
        `workspace: w\nmembers: { ana: { roles: ${text} } }\n`,
        `workspace: w\nmembers: { ana: [{ role: ${text} }] }\n`,
        `workspace: w\nretired: { lead: ${text} }\n`,
        `workspace: w\nroles: { lead: { extends: ${text} } }\n`,
        `workspace: w\nroles: { lead: { extends: [${text}] } }\n`,
      ]) {
        const { problems } = compileTexts(workspace(file));
        assert.deepEqual(
          problems.map(({ code, help }) => `${code} ${help ?? ''}`),
          [`wrong-type put quotes round what is a text: \`"${text}"\``],
          file,
        );
      }
    }
  });
});

describe('ids that JavaScript has a meaning for', () => {
  const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'isPrototypeOf', 'toLocaleString'];

  it('are roles like any other', () => {
    const own = names.map((id) => `${id}: { extends: member }`).join(', ');
    const { policy, problems } = compileTexts(
      workspace(`workspace: w\nroles: { ${own} }\nmembers: { ana: toString }\n`),
    );
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    );
    assert.deepEqual([...(policy?.workspaces.get('w')?.roles.keys() ?? [])], names);
  });

  it('are unknown where nobody defined them', () => {
    for (const name of names) {
      for (const [file, code] of [
        [`workspace: w\nmembers: { ana: ${name} }\n`, 'unknown-role'],
        [`workspace: w\nroles: { lead: { extends: ${name} } }\nmembers: { ana: lead }\n`, 'unknown-role'],
        [`workspace: w\nretired: { lead: ${name} }\n`, 'unknown-role'],
      ] as const) {
        assert.deepEqual(findings(workspace(file)), [`policies/w.yaml:2 ${code} ${name}`], file);
      }
    }
  });
});
