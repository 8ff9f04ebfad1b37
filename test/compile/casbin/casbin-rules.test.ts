import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newEnforcer, newModelFromString, StringAdapter, type Enforcer } from 'casbin';
import { assert } from 'chai';
import fc from 'fast-check';
import { modelText } from '../../../src/compile/casbin/casbin-model.ts';
import {
  casbinRows,
  casbinSubjectName,
  formatPolicyCsv,
  ruleId,
  type CasbinRows,
} from '../../../src/compile/casbin/casbin-rules.ts';
import { checkModel } from '../../../src/compile/checks/check-model.ts';
import { subjectIdFault } from '../../../src/policy/subject.ts';
import { compileRight, noonMs, sourceFile, type PolicyTexts } from '../../support/policy-texts.ts';
import { lawRuns } from '../../support/law-runs.ts';

const texts: PolicyTexts = {
  'roles.yaml': `subjectTypes: [user, service]
scopes: { self: { when: { resource.owner: $subject.id } }, team: { when: { resource.team: $subject.properties.team } } }
permissions: { C: { tag:create: t, leave:approve: { title: t, scopes: [self, team] } } }
roles:
  member: { grants: [tag:create] }
  boss: { grants: ["*"], spans: organization }
`,
  'policies/organization.yaml': 'organization: acme\nmembers: { olu: boss }\n',
  'policies/support.yaml': `workspace: support
roles:
  lead:
    extends: member
    grants: ["leave:approve"]
    denies: ["leave:approve@self"]
members:
  ana: [lead, { role: member, until: 2026-12-31 }]
  service:bot: [{ role: member, from: 2027-01-01 }]
  olu: member
`,
  'policies/sales.yaml': 'workspace: sales\nmembers: { ana: member }\n',
};

const ms = (text: string): number => Date.parse(text);

describe('the rows for Casbin', () => {
  const policy = compileRight(texts);
  const groups = (atMs: number): string[] => casbinRows(policy, atMs).g.map((row) => row.join(' '));

  it('say each cell of each role once, with the line that it comes from', () => {
    const lead = casbinRows(policy, noonMs).p.filter(([role]) => role === 'role:support/lead');
    assert.deepEqual(
      lead.map((row) => row.join(' ')),
      [
        'role:support/lead support leave approve self allow policies/support.yaml:5:14',
        'role:support/lead support leave approve self deny policies/support.yaml:6:14',
        'role:support/lead support leave approve self+team allow policies/support.yaml:5:14',
        'role:support/lead support leave approve self+team deny policies/support.yaml:6:14',
        'role:support/lead support leave approve team allow policies/support.yaml:5:14',
        'role:support/lead support tag create - allow roles.yaml:5:22',
      ],
    );
  });

  it('say built-in roles once for all workspaces', () => {
    const member = casbinRows(policy, noonMs).p.filter(([role]) => role === 'role:member');
    assert.deepEqual(member, [['role:member', '*', 'tag', 'create', '-', 'allow', 'roles.yaml:5:22']]);
  });

  it('say who holds what at the asked instant', () => {
    assert.deepEqual(groups(noonMs), [
      'user:ana role:member sales',
      'user:ana role:member support',
      'user:ana role:support/lead support',
      'user:olu role:boss sales',
      'user:olu role:boss support',
      'user:olu role:member support',
    ]);
    const newYear = groups(ms('2027-01-01T00:00:00Z'));
    assert.include(newYear, 'service:bot role:member support');
    assert.notInclude(newYear, 'user:ana role:member support');
    const before = groups(ms('2026-12-31T23:59:59.999Z'));
    assert.notInclude(before, 'service:bot role:member support');
    assert.include(before, 'user:ana role:member support');
  });

  it('say a role held twice, one time after the other, once', () => {
    const twice = {
      ...texts,
      'policies/sales.yaml':
        'workspace: sales\nmembers: { ana: [{ role: member, until: 2026-11-19 }, { role: member, from: 2026-11-20, until: 2026-11-21 }, { role: member, from: 2026-11-22 }] }\n',
    };
    const rows = casbinRows(compileRight(twice), noonMs).g.filter(([, , workspace]) => workspace === 'sales');
    assert.deepEqual(
      rows.map(([subject]) => subject),
      ['user:ana', 'user:olu'],
    );
  });

  it('are sorted, so the same files give the same bytes', () => {
    const { p, g } = casbinRows(policy, noonMs);
    for (const rows of [p, g]) {
      const keys = rows.map((row) => row.join('\u0000'));
      assert.deepEqual(keys, [...keys].sort());
      assert.lengthOf(new Set(keys), keys.length);
    }
  });

  it('keep subjects and roles apart by their words', () => {
    assert.equal(casbinSubjectName({ type: 'user', id: 'role:member' }), 'user:role:member');
    assert.equal(casbinSubjectName({ type: 'service', id: 'ana' }), 'service:ana');
  });

  it('name a line without any sign that CSV readers treat as syntax', () => {
    const at = (file: string): string => ruleId({ file, line: 3, column: 7 });
    assert.equal(at('policies/acme/support.yaml'), 'policies/acme/support.yaml:3:7');
    assert.equal(at('policies/A B (x), "y"#z.yaml'), 'policies/A%20B%20%28x%29%2C%20%22y%22%23z.yaml:3:7');
    assert.match(at('policies/ü😀\n.yaml'), /^[\w%/.:]+$/);
    assert.match(at('policies/\ud800.yaml'), /^[\w%/.:]+$/);
  });
});

describe('policy.csv', () => {
  it('is one line a row, with quotes only where a comma or `#` asks for them', () => {
    const rows: CasbinRows = {
      p: [['role:a', '*', 'b', 'c', '-', 'allow', 'f:1:1']],
      g: [
        ['user:x, y', 'role:a', 'w'],
        ['user:#1', 'role:a', 'w'],
      ],
    };
    assert.equal(
      formatPolicyCsv(rows),
      'p, role:a, *, b, c, -, allow, f:1:1\ng, "user:x, y", role:a, w\ng, "user:#1", role:a, w\n',
    );
    assert.equal(formatPolicyCsv({ p: [], g: [] }), '');
  });

  it('is not written at all with a value that could become another row', () => {
    for (const value of ['', ' ', 'a ', ' a', 'a"b', 'a(b', 'a)b', 'a\nb', 'a\rb', 'a\n', '\ufeffa']) {
      assert.throws(
        () => formatPolicyCsv({ p: [], g: [[value, 'role:a', 'w']] }),
        /cannot hold/,
        JSON.stringify(value),
      );
      assert.throws(
        () => formatPolicyCsv({ p: [['role:a', '*', 'b', 'c', '-', 'allow', value]], g: [] }),
        /cannot hold/,
        JSON.stringify(value),
      );
    }
  });

  it('loaded by stock Casbin from a file is the rows it was written from', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rolebook-csv-'));
    try {
      const rows = casbinRows(compileRight(texts), noonMs);
      writeFileSync(join(folder, 'model.conf'), modelText);
      writeFileSync(join(folder, 'policy.csv'), formatPolicyCsv(rows));
      const enforcer = await newEnforcer(join(folder, 'model.conf'), join(folder, 'policy.csv'));
      assert.deepEqual(await loadedRows(enforcer), rows);
      assert.isTrue(await enforcer.enforce('user:ana', 'support', 'leave', 'approve', 'team'));
      assert.isFalse(await enforcer.enforce('user:ana', 'support', 'leave', 'approve', 'self+team'));
      assert.isFalse(await enforcer.enforce('user:ana', 'sales', 'leave', 'approve', 'team'));
      assert.isTrue(await enforcer.enforce('user:olu', 'sales', 'leave', 'approve', 'self'));
      assert.isFalse(await enforcer.enforce('service:olu', 'sales', 'leave', 'approve', 'self'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('loaded by stock Casbin is the very same rows, however hostile subjects and file names are', async () => {
    const piece = fc.constantFrom(
      'ana',
      ',',
      '#',
      "'",
      '`',
      '\\',
      ';',
      '|',
      '=',
      '%2C',
      '\u00e9',
      '安',
      '😀',
      '\u202e',
      '\u200b',
      'p, role:x',
      'g, user:a',
      '*',
      '+',
      '-',
      ':',
      '/',
      '{}',
      '[]',
      ' ',
      '  ',
      'a,b',
      '""',
      '(',
      ')',
      '\n',
      '\r',
      '\t',
    );
    const name = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
    const subject = name.filter((id) => subjectIdFault(id) === undefined);
    const fileName = name.map((text) => text.replaceAll('/', '_')).filter((text) => !text.startsWith('.'));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(subject, { minLength: 1, maxLength: 4 }), fileName, async (ids, file) => {
        const members = Object.fromEntries(ids.map((id) => [`user:${id}`, 'lead']));
        const workspace = {
          workspace: 'w',
          roles: { lead: { grants: ['*'], denies: ['leave:approve@self'] } },
          members,
        };
        const policy = compileRight({
          'roles.yaml': texts['roles.yaml']!,
          [`policies/${file}.yaml`]: JSON.stringify(workspace),
        });
        const rows = casbinRows(policy, noonMs);
        assert.lengthOf(rows.g, ids.length);
        const enforcer = await newEnforcer(newModelFromString(modelText), new StringAdapter(formatPolicyCsv(rows)));
        assert.deepEqual(await loadedRows(enforcer), rows);
        for (const id of ids) {
          assert.isTrue(await enforcer.enforce(`user:${id}`, 'w', 'tag', 'create', '-'), id);
          assert.isFalse(await enforcer.enforce(`user:${id}`, 'w', 'leave', 'approve', 'self'), id);
        }
      }),
      { numRuns: lawRuns(150) },
    );
  });
});

describe('model.conf', () => {
  const repositoryModel = readFileSync(new URL('../../../model.conf', import.meta.url), 'utf8');
  const faultsOf = (text: string): string[] =>
    checkModel(sourceFile('model.conf', text)).map(({ code, line }) => `${line} ${code}`);

  it('of this repository is the model that rows are written for', () => {
    assert.deepEqual(faultsOf(repositoryModel), []);
    assert.deepEqual(faultsOf(modelText), []);
  });

  it('may have other comments, blanks and line endings', () => {
    assert.deepEqual(faultsOf(modelText.replaceAll('\n', '\r\n')), []);
    assert.deepEqual(faultsOf(`; another comment\n\n${modelText.replaceAll(' = ', '  =   ')}\n\n# end`), []);
  });

  it('that decides otherwise is refused, on the first line that does', () => {
    const wrong: [from: string, to: string, line: number][] = [
      ['some(where (p.eft == allow)) && !some(where (p.eft == deny))', 'some(where (p.eft == allow))', 12],
      ['r.dom == p.dom', 'true', 15],
      ['p.dom == "*" || ', '', 15],
      ['g = _, _, _', 'g = _, _', 9],
      ['r = sub, dom, obj, act, scope', 'r = sub, dom, obj, act', 3],
      ['eft, id', 'eft', 6],
      ['[matchers]', '[Matchers]', 14],
    ];
    for (const [from, to, line] of wrong) {
      assert.include(modelText, from);
      assert.deepEqual(faultsOf(modelText.replace(from, to)), [`${line} model-mismatch`], from);
    }
  });

  it('that has something more or less is refused', () => {
    assert.deepEqual(faultsOf(`${modelText}\nm2 = true`).length, 1);
    assert.deepEqual(faultsOf(modelText.slice(0, modelText.indexOf('[matchers]'))).length, 1);
    assert.deepEqual(faultsOf(''), ['1 model-mismatch']);
    assert.deepEqual(faultsOf('# nothing'), ['1 model-mismatch']);
    assert.deepEqual(
      checkModel({ path: 'model.conf', fault: 'may not be read' }).map(({ code }) => code),
      ['unreadable-file'],
    );
  });
});

async function loadedRows(enforcer: Enforcer): Promise<{ p: unknown; g: unknown }> {
  return { p: await enforcer.getPolicy(), g: await enforcer.getGroupingPolicy() };
}
