import { assert } from 'chai';
import { askedCompany } from '../ask/asked-company.ts';
import { askedFolder } from '../ask/asked-folder.ts';

const people = ['ana', 'bo', 'cora', 'dan', 'eve', 'fay', 'mo', 'olu', 'mia@vendor.example', 'service:bot'];
const permissions = ['message:send', 'comment:send', 'report:export', 'report:view', 'billing:view'];
const resources = ['message:*', 'comment:*', 'report:*', 'billing:*'];
const wildcards = ['*', '*@personal', '*@shared', ...resources];
const allRoles = ['member', 'company-admin', 'owner', 'coordinator', 'helpdesk'];
const nothing: readonly string[] = [];

/** What a shell finds itself, behind how many `=` of the word. */
type Found = `:${'files' | 'folders'}${'' | '=' | '=='}`;
type Expected = readonly string[] | Found | 'words of its help';

/** What is offered as the value of every option, by the word that its help has for it. */
const byPlaceholder: Readonly<Record<string, Expected>> = {
  ...{ DIR: ':folders', 'DIR|REF': ':folders', FILE: ':files' },
  ...{ FORMAT: 'words of its help', LEVEL: 'words of its help', SIDE: 'words of its help', MODE: 'words of its help' },
  ...{ WORKSPACE: ['support', 'sales', 'shop'], ORG: ['acme', 'free'], SUBJECT: people, ROLE: allRoles },
  ...{ P: permissions, SCOPE: ['personal', 'shared'], PLAN: ['free', 'scale'], TYPE: ['user', 'service'] },
  'NAME=VALUE': ['seats=', 'sso='],
  FINDING: ['f7498c4363'],
  'SUBJECT=ROLE': people.map((one) => `${one}=`),
  // What nothing in the policy names, or what only a log, a database or a sidecar knows.
  ...{ TIME: nothing, DURATION: nothing, SECONDS: nothing, N: nothing, PERCENT: nothing, URL: nothing, ADDR: nothing },
  ...{ TEXT: nothing, JSON: nothing, HASH: nothing, DIGEST: nothing, REF: nothing, BRANCH: nothing },
  ...{ ID: nothing, CLAIM: nothing, SCOPES: nothing, PATHS: nothing, PERSON: nothing, OPTION: nothing, NAME: nothing },
};

/** The same of those of which the word does not tell it. */
const byOption: Readonly<Record<string, Expected>> = {
  'init --template': ['inbox', 'phone'],
  'test --report': ['text=', 'json=', 'github=', 'junit=', 'markdown='],
  'diff --report': ['text=', 'markdown=', 'json=', 'github='],
  'diff --fail-on': ['gained', 'lost', 'escalation', 'gained:', 'lost:'],
  'replay --fail-on': ['denied', 'allowed', 'denied,allowed'],
  'review --only': [
    ...['unused-permission', 'idle-role', 'unused-role', 'same-role', 'mergeable-role', 'unseen-member'],
    ...['ending-membership', 'expired-membership', 'rarely-used'],
  ],
  'review --end-waiver': ['1501817e75'],
  'role create --spans': ['workspace', 'organization', 'memberships'],
  'role duplicate --spans': ['workspace', 'organization', 'memberships'],
  'role duplicate --as': ['copy', 'extension'],
  'role change --always': wildcards,
  'role change --spell': wildcards,
  'role delete --to': nothing,
  'organization change --unset': ['seats', 'sso'],
  'serve --when-stale': ['go-on', 'deny-all', 'deny:'],
};

/** What is offered in place of each argument, behind those that stand before it. */
const byArgument: Readonly<Record<string, readonly [before: readonly string[], expected: Expected]>> = {
  'init DIR': [[], ':folders'],
  'lint FILE': [[], ':files'],
  'test FILTER': [[], nothing],
  'diff REF': [[], nothing],
  'enforce SUBJECT': [[], people],
  'enforce WORKSPACE': [['ana'], ['support', 'sales', 'shop']],
  'enforce PERMISSION': [['ana', 'support'], permissions],
  'who-can PERMISSION': [[], permissions],
  'access SUBJECT': [[], people],
  'matrix WORKSPACE': [[], ['support', 'sales', 'shop']],
  'review LOG': [[], ':files'],
  'replay LOG': [[], ':files'],
  'role create WORKSPACE': [[], ['support', 'sales', 'shop']],
  'role create ROLE': [['support'], nothing],
  'role duplicate WORKSPACE': [[], ['support', 'sales', 'shop']],
  'role duplicate FROM': [['support'], [...allRoles, 'lead', 'muted']],
  'role duplicate ROLE': [['support', 'lead'], nothing],
  'role change WORKSPACE': [[], ['support', 'sales', 'shop']],
  'role change ROLE': [['support'], ['muted']],
  'role rename WORKSPACE': [[], ['support', 'sales', 'shop']],
  'role rename ROLE': [['support'], ['muted']],
  'role rename NEW': [['support', 'muted'], nothing],
  'role delete WORKSPACE': [[], ['support', 'sales', 'shop']],
  'role delete ROLE': [['support'], ['muted']],
  'member set WORKSPACE': [[], ['support', 'sales', 'shop']],
  'member set SUBJECT': [['shop'], ['ana', 'fay', 'mia@vendor.example']],
  'member set ROLE': [
    ['support', 'ana'],
    ['member', 'lead', 'muted'],
  ],
  'member remove WORKSPACE': [[], ['support', 'sales', 'shop']],
  'member remove SUBJECT': [['shop'], ['ana', 'fay', 'mia@vendor.example']],
  'group set ORG': [[], ['acme', 'free']],
  'group set GROUP': [['acme'], ['desk']],
  'group set SUBJECT': [['acme', 'desk'], people],
  'group rename ORG': [[], ['acme', 'free']],
  'group rename GROUP': [['acme'], ['desk']],
  'group rename NEW': [['acme', 'desk'], nothing],
  'group remove ORG': [[], ['acme', 'free']],
  'group remove GROUP': [['free'], nothing],
  'workspace create WORKSPACE': [[], nothing],
  'workspace rename WORKSPACE': [[], ['support', 'sales', 'shop']],
  'workspace rename NEW': [['shop'], nothing],
  'organization create ORG': [[], nothing],
  'organization change ORG': [[], ['acme', 'free']],
  'permission rename PERMISSION': [[], permissions],
  'permission rename NEW': [['report:view'], nothing],
  // Of a database and a sidecar that are named: `completed-revisions.test.ts`.
  'rollback REVISION': [[], nothing],
  'accept REVISION': [[], nothing],
  'completion SHELL': [[], ['bash', 'zsh', 'fish']],
  'help COMMAND': [[], []],
};

interface HelpOption {
  readonly flag: string;
  readonly placeholder: string | undefined;
  readonly text: string;
}

interface CommandHelp {
  readonly words: readonly string[];
  readonly options: readonly HelpOption[];
  readonly args: readonly string[];
}

describe('completion of every command', () => {
  const { ask } = askedFolder({
    ...askedCompany,
    'roles.yaml': `organizationProperties: { seats: 5, sso: false }\n${askedCompany['roles.yaml'] ?? ''}waive:
  - { check: expired-membership, member: eve, reason: kept for the record, until: 2100-01-01 }
`,
    // Of memberships that have ended for long one is accepted; none of the others ends soon, whenever this is run.
    'policies/acme/support.yaml': (askedCompany['policies/acme/support.yaml'] ?? '')
      .replace('mo: muted', 'mo: { roles: [{ role: muted, until: 2026-01-31 }] }')
      .replace('until: 2026-12-31, reason', 'from: 2026-01-01, reason'),
  });
  let commands: CommandHelp[];

  const complete = async (...words: readonly string[]): Promise<{ kind: string | undefined; names: string[] }> => {
    const { stdout, stderr } = await ask(['__complete', 'zsh', ...words]);
    assert.equal(stderr, '');
    const [kind, ...names] = stdout.trimEnd().split('\n');
    return { kind, names };
  };
  const offered = async (...words: readonly string[]): Promise<Expected> => {
    const { kind, names } = await complete(...words);
    return kind !== undefined && /^:f\w+=*$/.test(kind) ? (kind as Found) : names.sort();
  };
  const sorted = (expected: Expected): Expected => (typeof expected === 'string' ? expected : [...expected].sort());

  // What people are told there is: nothing of this is asked of what is tested.
  const helpOf = async (words: readonly string[]): Promise<CommandHelp[]> => {
    const { stdout } = await ask([...words, '--help'], { columns: 200 });
    const subcommands = /\nCommands:\n([^]*?)\n(?:\n|$)/.exec(stdout)?.[1]?.matchAll(/^ {2}(\w+)/gm) ?? [];
    const inner = [...subcommands].map(([, name = '']) => name).filter((name) => name !== 'help');
    if (inner.length > 0) return (await Promise.all(inner.map((name) => helpOf([...words, name])))).flat();
    const usage = /^Usage: rolebook (.*(?:\n {2,}.*)*)/.exec(stdout)?.[1] ?? '';
    const args = [...usage.matchAll(/[<[]([A-Z]+)(?:\.\.\.)?[\]>]/g)].map(([, name = '']) => name);
    const options = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)(?: <([^>]+)>)? +(.*(?:\n {12,}.*)*)/gm)];
    return [
      {
        words,
        args,
        options: options.map(([, flag = '', placeholder, text = '']) => ({ flag, placeholder, text })),
      },
    ];
  };

  before(async () => {
    const { names } = await complete('');
    const known = names.filter((name) => name !== 'help');
    commands = (await Promise.all(known.map((name) => helpOf([name])))).flat();
    assert.isAbove(commands.length, 30);
  });

  it('offers every option that its help tells, and no other', async () => {
    for (const { words, options } of commands) {
      const { names } = await complete(...words, '--');
      assert.sameMembers(
        names,
        options.map(({ flag }) => flag),
        words.join(' '),
      );
    }
  });

  it('offers again what may be given again, and nothing else', async () => {
    for (const { words, options } of commands) {
      for (const { flag, placeholder, text } of options.filter((option) => option.flag !== '--help')) {
        const given = placeholder === undefined ? [flag] : [flag, 'x'];
        const { names } = await complete(...words, ...given, flag);
        const isAgain = text.replaceAll(/\s+/g, ' ').includes('may be given again');
        assert.strictEqual(names.includes(flag), isAgain, `${words.join(' ')} ${flag}`);
      }
    }
  });

  it('offers what may stand behind every option', async () => {
    const used = new Set<string>();
    for (const { words, options } of commands) {
      for (const { flag, placeholder, text } of options) {
        if (placeholder === undefined) continue;
        const name = `${words.join(' ')} ${flag}`;
        // Behind `=` it is the same, so one of each kind is asked so, too.
        const isNew = !used.has(byOption[name] ? name : placeholder);
        for (const key of [name, placeholder]) used.add(key);
        const expected = byOption[name] ?? byPlaceholder[placeholder];
        assert.isDefined(expected, `${name} <${placeholder}> is not in the table`);
        const found = [await offered(...words, flag, '')];
        if (isNew) found.push(await offered(...words, `${flag}=`));
        for (const one of found) {
          const plain =
            typeof one === 'string'
              ? one.replace(one === found[1] ? '=' : '', '')
              : one.map((value) => value.replace(`${flag}=`, '')).sort();
          if (expected === 'words of its help') {
            assert.isNotEmpty(plain, name);
            for (const word of plain) assert.include(text, word, name);
          } else assert.deepEqual<string | readonly string[]>(plain, sorted(expected), name);
        }
      }
    }
    const listed = [...Object.keys(byOption), ...Object.keys(byPlaceholder)];
    assert.deepEqual(
      listed.filter((key) => !used.has(key)),
      [],
      'in the table, and nowhere else',
    );
  });

  it('offers what may stand in place of every argument', async () => {
    for (const { words, args } of commands) {
      for (const argument of args) {
        const name = `${words.join(' ')} ${argument}`;
        const [before, expected] = byArgument[name] ?? assert.fail(`${name} is not in the table`);
        assert.deepEqual(await offered(...words, ...before, ''), sorted(expected), name);
      }
    }
  });

  it('offers both sides of what has two', async () => {
    const table: readonly [words: readonly string[], expected: Expected][] = [
      [['test', '--report', 'json='], ':files='],
      [
        ['workspace', 'create', 'x', '--organization', 'acme', '--member', 'ana='],
        ['ana=lead', 'ana=member'],
      ],
      [['workspace', 'create', 'x', '--organization', 'free', '--member', 'a=b='], ['a=b=member']],
      [['organization', 'create', 'x', '--member', 'ana=o'], ['ana=owner']],
      [['organization', 'create', 'x', '--member=ana=o'], ['--member=ana=owner']],
      [['organization', 'change', 'acme', '--property', 'se'], ['seats=']],
      [['organization', 'change', 'acme', '--property', 'seats='], nothing],
      [
        ['diff', '--fail-on', 'gained:report:'],
        ['gained:report:*', 'gained:report:export', 'gained:report:view'],
      ],
      [
        ['diff', '--fail-on=lost:*'],
        ['--fail-on=lost:*', '--fail-on=lost:*@personal', '--fail-on=lost:*@shared'],
      ],
      [['diff', '--fail-on', 'escalation:'], nothing],
      [['serve', '--when-stale', 'deny:report:v'], ['deny:report:view']],
      [
        ['serve', '--when-stale', 'deny:report:view,billing'],
        ['deny:report:view,billing:*', 'deny:report:view,billing:view'],
      ],
      [['serve', '--changes', 'commit,p'], ['commit,propose']],
      [['role', 'create', 'support', 'x', '--extends', 'l'], ['lead']],
      [['role', 'change', '--organization', 'acme', 'lead', '--extends', 'm'], ['member']],
      [['role', 'change', 'support', 'muted', '--spell', 'report'], ['report:*']],
      [
        ['role', 'delete', 'support', 'muted', '--to', ''],
        ['lead', 'member', 'muted'],
      ],
      [
        ['role', 'create', 'support', 'x', '--grant', 'message:send@'],
        ['message:send@personal', 'message:send@shared'],
      ],
    ];
    for (const [words, expected] of table) assert.deepEqual(await offered(...words), sorted(expected), words.join(' '));
  });

  it('says of what is only the beginning of a word that no blank comes behind it', async () => {
    for (const [kind, ...words] of [
      [':parts', 'test', '--report', ''],
      [':parts', 'organization', 'change', 'acme', '--property', 'se'],
      [':names', 'serve', '--when-stale', 'deny:'],
      [':names', 'serve', '--when-stale', ''],
      [':names', 'organization', 'create', 'x', '--member', 'ana=o'],
      [':names', 'organization', 'change', 'acme', '--property', 'nope'],
      [':names', 'who-can', 'message:'],
    ]) {
      assert.strictEqual((await complete(...words)).kind, kind, words.join(' '));
    }
  });
});
