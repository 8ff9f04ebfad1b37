import { assert } from 'chai';
import { patchYaml } from '../../../src/compile/patch/patch-yaml.ts';
import { RefusedLayout } from '../../../src/compile/patch/refused-layout.ts';
import type { YamlChange } from '../../../src/compile/patch/yaml-change.ts';

const set = (path: YamlChange['path'], value: Extract<YamlChange, { does: 'set' }>['value']): YamlChange => ({
  does: 'set',
  path,
  value,
});
const append = (path: YamlChange['path'], value: Extract<YamlChange, { does: 'append' }>['value']): YamlChange => ({
  does: 'append',
  path,
  value,
});
const remove = (...path: YamlChange['path']): YamlChange => ({ does: 'remove', path });
const rename = (path: YamlChange['path'], to: string): YamlChange => ({ does: 'rename', path, to });

/** The lines that went, with a minus, and those that came, with a plus; all others are the same. */
function linesOf(text: string, change: YamlChange): string[] {
  const after = patchYaml(text, change).text.split('\n');
  const before = text.split('\n');
  let first = 0;
  while (first < before.length && before[first] === after[first]) first += 1;
  let last = 0;
  while (last < before.length - first && last < after.length - first && before.at(-1 - last) === after.at(-1 - last))
    last += 1;
  return [
    ...before.slice(first, before.length - last).map((line) => `-${line}`),
    ...after.slice(first, after.length - last).map((line) => `+${line}`),
  ];
}

const workspace = `# yaml-language-server: $schema=workspace.schema.json

workspace: support   # one of two

# Roles of our own.
roles:   # custom
  # A trainee.
  trainee:
    extends: member
    without:
      - "message:send@shared"   # until trained
      - tag:create
  # Not about anybody.

  # Leads.
  team-lead: { title: "Team lead", grants: [conversation:assign,  'tag:*'] }

members:
  ana@acme.example: team-lead
  'bo@acme.example':
    - { role: trainee, until: 2026-12-31 } # soon
    - role: member
      from: 2027-01-01
# The end.
`;

describe('an edit of a file', () => {
  it('adds a role as its neighbours are, apart where they are', () => {
    const added = linesOf(
      workspace,
      set(['roles', 'auditor'], { title: 'Auditor', grants: ['analytics:view'], denies: ['*'] }),
    );
    assert.deepEqual(added, [
      '+  auditor:',
      '+    title: Auditor',
      '+    grants: [analytics:view]',
      '+    denies: ["*"]',
      '+',
    ]);
  });

  it('takes a role away with the comment that is its own, and no other', () => {
    assert.deepEqual(linesOf(workspace, remove('roles', 'trainee')), [
      '-  # A trainee.',
      '-  trainee:',
      '-    extends: member',
      '-    without:',
      '-      - "message:send@shared"   # until trained',
      '-      - tag:create',
    ]);
    assert.deepEqual(linesOf(workspace, remove('roles', 'team-lead')), [
      '-  # Leads.',
      `-  team-lead: { title: "Team lead", grants: [conversation:assign,  'tag:*'] }`,
      '-',
    ]);
  });

  it('adds to a list and takes from it, in lines and in brackets', () => {
    assert.deepEqual(linesOf(workspace, append(['roles', 'trainee', 'without'], 'comment:send')), [
      '+      - comment:send',
    ]);
    assert.deepEqual(linesOf(workspace, remove('roles', 'trainee', 'without', 0)), [
      '-      - "message:send@shared"   # until trained',
    ]);
    const lead = `-  team-lead: { title: "Team lead", grants: [conversation:assign,  'tag:*'] }`;
    assert.deepEqual(linesOf(workspace, append(['roles', 'team-lead', 'grants'], '*@shared')), [
      lead,
      `+  team-lead: { title: "Team lead", grants: [conversation:assign,  'tag:*', "*@shared"] }`,
    ]);
    assert.deepEqual(linesOf(workspace, remove('roles', 'team-lead', 'grants', 0)), [
      lead,
      `+  team-lead: { title: "Team lead", grants: ['tag:*'] }`,
    ]);
  });

  it('writes the empty brackets of what has nothing left', () => {
    const text = 'roles:   # custom\n  # A lead.\n  lead:\n    grants:\n    - a:b\nmembers: {}\n';
    assert.deepEqual(linesOf(text, remove('roles', 'lead')), [
      '-roles:   # custom',
      '-  # A lead.',
      '-  lead:',
      '-    grants:',
      '-    - a:b',
      '+roles: {}   # custom',
    ]);
    assert.deepEqual(linesOf(text, remove('roles', 'lead', 'grants', 0)), [
      '-    grants:',
      '-    - a:b',
      '+    grants: []',
    ]);
  });

  it('keeps the quotes of a name that changes, and of a value', () => {
    assert.deepEqual(linesOf(workspace, rename(['members', 'bo@acme.example'], 'cy@acme.example')), [
      "-  'bo@acme.example':",
      "+  'cy@acme.example':",
    ]);
    assert.deepEqual(linesOf(workspace, set(['roles', 'team-lead', 'title'], 'Lead of "all"')), [
      `-  team-lead: { title: "Team lead", grants: [conversation:assign,  'tag:*'] }`,
      `+  team-lead: { title: "Lead of \\"all\\"", grants: [conversation:assign,  'tag:*'] }`,
    ]);
  });

  it('puts quotes round what would be something else without', () => {
    for (const value of [
      'true',
      '01234',
      '1.10',
      'null',
      '~',
      'a: b',
      'a #b',
      '- a',
      '*',
      '@a',
      '',
      ' a',
      'a ',
      'a,b',
      '{a',
      '2026-11-20x: y',
      'a\nb',
      '\u2028',
      '%a',
      '!a',
      '&a',
      "'",
      '"',
      'a:',
    ]) {
      const { text } = patchYaml('title: x\nrest: [b]\n', set(['title'], value));
      assert.match(text, /^title: "/, value);
    }
    for (const value of [
      'Team lead',
      'bo@acme.example',
      'tag:create',
      'user:x',
      'Ümlaut',
      "o'brien".replace("'", ''),
      'a-b',
      '2026-12-31',
      'a b c',
    ]) {
      assert.equal(patchYaml('title: x\n', set(['title'], value)).text, `title: ${value}\n`);
    }
  });

  it('changes a member in a list of mappings, in lines or in brackets', () => {
    assert.deepEqual(linesOf(workspace, append(['members', 'bo@acme.example'], { role: 'lead', from: '2028-01-01' })), [
      '+    - role: lead',
      '+      from: 2028-01-01',
    ]);
    assert.deepEqual(linesOf(workspace, remove('members', 'bo@acme.example', 1, 'role')), [
      '-    - role: member',
      '-      from: 2027-01-01',
      '+    - from: 2027-01-01',
    ]);
    assert.deepEqual(linesOf(workspace, set(['members', 'ana@acme.example'], ['member', 'team-lead'])), [
      '-  ana@acme.example: team-lead',
      '+  ana@acme.example: [member, team-lead]',
    ]);
    assert.deepEqual(linesOf(workspace, set(['members', 'bo@acme.example'], 'member')), [
      "-  'bo@acme.example':",
      '-    - { role: trainee, until: 2026-12-31 } # soon',
      '-    - role: member',
      '-      from: 2027-01-01',
      "+  'bo@acme.example': member",
    ]);
  });

  it('keeps lists over several lines as they are laid out', () => {
    const list = 'grants: [\n    a:b, # first\n    c:d\n  ]\n';
    assert.deepEqual(linesOf(list, append(['grants'], 'e:f')), ['-    c:d', '+    c:d,', '+    e:f']);
    assert.deepEqual(linesOf(list, remove('grants', 0)), ['-    a:b, # first']);
    assert.deepEqual(linesOf(list, remove('grants', 1)), ['-    a:b, # first', '-    c:d', '+    a:b # first']);
    const trailing = 'grants: [\n    a:b,\n    c:d, # last\n  ]\n';
    assert.deepEqual(linesOf(trailing, append(['grants'], 'e:f')), ['+    e:f,']);
    assert.deepEqual(linesOf(trailing, remove('grants', 1)), ['-    c:d, # last']);
    const leading = 'grants: [ a:b\n  , c:d\n  ]\n';
    assert.deepEqual(linesOf(leading, append(['grants'], 'e:f')), ['+  , e:f']);
    assert.equal(patchYaml('grants: [a:b,c:d]\n', append(['grants'], 'e:f')).text, 'grants: [a:b,c:d,e:f]\n');
    assert.equal(patchYaml('grants: [a:b, ]\n', append(['grants'], 'e:f')).text, 'grants: [a:b, e:f, ]\n');
    assert.equal(patchYaml('grants: [ ]\n', append(['grants'], 'e:f')).text, 'grants: [e:f]\n');
    assert.equal(patchYaml('roles: {}\n', set(['roles', 'a'], {})).text, 'roles: { a: {} }\n');
  });

  it('keeps the ends of lines, a byte order mark, and a last line without an end', () => {
    const text = '\ufeffworkspace: a\r\nroles:\r\n  x: {}\r\n  y: {}';
    assert.equal(patchYaml(text, set(['roles', 'z'], { grants: ['*'] })).text, `${text}\r\n  z: { grants: ["*"] }`);
    assert.equal(patchYaml(text, remove('roles', 'y')).text, '\ufeffworkspace: a\r\nroles:\r\n  x: {}');
    assert.equal(patchYaml(text, remove('roles', 'x')).text, '\ufeffworkspace: a\r\nroles:\r\n  y: {}');
    assert.equal(patchYaml(text, set(['title'], 'A')).text, `${text}\r\ntitle: A`);
  });

  it('changes texts in lines of their own', () => {
    const text = 'roles:\n  lead:\n    description: >-  # why\n      Runs a\n      shift.\n    grants: []\n';
    assert.equal(
      patchYaml(text, set(['roles', 'lead', 'description'], 'Leads.')).text,
      'roles:\n  lead:\n    description: Leads.  # why\n    grants: []\n',
    );
    assert.equal(patchYaml(text, remove('roles', 'lead', 'description')).text, 'roles:\n  lead:\n    grants: []\n');
    const last = 'a: x\nb: |\n  one\n  two\n';
    assert.equal(patchYaml(last, set(['c'], 1)).text, `${last}c: 1\n`);
  });

  it('fills in a value that was left out', () => {
    assert.equal(patchYaml('a:\nb: # none\n', set(['a'], 'x')).text, 'a: x\nb: # none\n');
    assert.equal(patchYaml('a:\nb: # none\n', set(['b'], ['x'])).text, 'a:\nb: [x] # none\n');
  });

  it('changes keys with question marks, and items that a comment parts from their dash', () => {
    const asked = 'x:\n  # The first.\n  ? a\n  : 1\n  ? b # a: colon\n  : - 2\n';
    assert.equal(patchYaml(asked, remove('x', 'a')).text, 'x:\n  ? b # a: colon\n  : - 2\n');
    assert.equal(patchYaml(asked, remove('x', 'b')).text, 'x:\n  # The first.\n  ? a\n  : 1\n');
    assert.equal(patchYaml(asked, set(['x', 'c'], 3)).text, `${asked}  c: 3\n`);
    const parted = 'x:\n  - # why\n    a: 1\n  - # so\n    b\ny: 1\n';
    assert.equal(patchYaml(parted, remove('x', 0)).text, 'x:\n  - # so\n    b\ny: 1\n');
    assert.equal(patchYaml(parted, remove('x', 1)).text, 'x:\n  - # why\n    a: 1\ny: 1\n');
    assert.equal(patchYaml(parted, append(['x'], 'c')).text, 'x:\n  - # why\n    a: 1\n  - # so\n    b\n  - c\ny: 1\n');
  });

  it('does nothing where all is as it should be', () => {
    assert.deepEqual(patchYaml(workspace, set(['members', 'ana@acme.example'], 'team-lead')).splices, []);
  });

  for (const [what, text, change] of [
    ['a place that is not there', 'a: {}\n', remove('b')],
    ['an item beyond the list', 'a: [x]\n', remove('a', 1)],
    ['a key below a text', 'a: x\n', set(['a', 'b'], 1)],
    ['an item of what is no list', 'a: {}\n', append(['a'], 1)],
    ['a name that is taken', 'a: 1\nb: 2\n', rename(['a'], 'b')],
    ['all that a file holds', 'a: 1\n', remove('a')],
    ['a mapping behind a question mark', '? a\n: ? b\n  : 1\n', remove('a', 'b')],
    ['a text that is no YAML', 'a: [\n', set(['a'], 1)],
    ['a text with an alias', 'a: &x 1\nb: *x\n', set(['a'], 2)],
    ['a key that stands twice', 'a: 1\na: 2\n', set(['a'], 3)],
    ['brackets that hold a comment alone', 'a: [ # none\n  ]\n', append(['a'], 1)],
  ] as const) {
    it(`refuses ${what}, and changes nothing`, () => {
      assert.throws(() => patchYaml(text, change), RefusedLayout);
    });
  }

  it('takes a moment in a file of twenty thousand members', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `  member-${index}@acme.example: member\n`);
    const text = `workspace: a\nmembers:\n${lines.join('')}`;
    const { splices } = patchYaml(text, set(['members', 'member-9999@acme.example'], 'lead'));
    assert.deepEqual(
      splices.map(({ text: put }) => put),
      ['lead'],
    );
  });
});
