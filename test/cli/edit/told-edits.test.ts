import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { policyAt } from './shipped-policy.ts';

interface Told {
  readonly written: boolean;
  readonly problems: readonly { readonly code: string; readonly file: string; readonly line: number }[];
  readonly refused: readonly { readonly code: string; readonly message: string; readonly permission?: string }[];
  readonly tests?: { readonly passed: number; readonly failed: readonly { readonly name: string }[] };
  readonly effect?: {
    readonly people: number;
    readonly gained: readonly {
      readonly workspace: string;
      readonly subjects: string[];
      readonly permissions: string[];
    }[];
    readonly lost: readonly {
      readonly workspace: string;
      readonly subjects: string[];
      readonly permissions: string[];
    }[];
  };
  readonly escalations: readonly string[];
  readonly affected: readonly {
    readonly workspace: string;
    readonly subject: string;
    readonly roles: readonly string[];
    readonly lost: readonly { readonly permissions: readonly string[] }[];
  }[];
  readonly patch: string;
}

/** The letters and digits of a text: what is left of it in any format and width. */
const plain = (text: string): string => text.replace(/<\/?code>|&#\d+;|[^a-z0-9]/gi, '').toLowerCase();

describe('what an edit comes to', () => {
  let folder: PolicyFolder;
  beforeEach(async () => (folder = await createPolicyFolder(policyAt('.'))));
  afterEach(() => folder.dispose());

  const run = (argv: readonly string[], format: string): Promise<CommandResult> =>
    runCommand([...argv, '--dry-run', '--format', format], { cwd: folder.root });

  /** The JSON, after it was seen that text and Markdown say the same. */
  async function told(...argv: string[]): Promise<Told> {
    const json = await run(argv, 'json');
    const found = JSON.parse(json.stdout) as Told;
    for (const format of ['text', 'markdown']) {
      const { exitCode, all } = await run(argv, format);
      assert.strictEqual(exitCode, json.exitCode, format);
      const said = plain(all);
      const facts = [
        ...found.problems.map(({ code }) => code),
        ...found.refused.flatMap(({ code, message }) => [code, message]),
        ...(found.tests?.failed ?? []).map(({ name }) => name),
        ...[...(found.effect?.gained ?? []), ...(found.effect?.lost ?? [])].flatMap((one) => one.subjects.slice(0, 3)),
        ...found.escalations,
        ...found.affected.filter(({ roles }) => roles.length > 0).map(({ subject }) => subject),
        ...found.patch
          .split('\n')
          .filter((line) => /^[-+] /.test(line))
          .slice(0, 10),
      ];
      for (const fact of facts) assert.include(said, plain(fact), `${format}: ${fact}\n${all}`);
    }
    assert.isFalse(found.written);
    return found;
  }

  it('is one thing in all formats: tests that fail, the effect, ways to more, who is affected and the text', async () => {
    const argv = [
      'role',
      'change',
      'support-emea',
      'team-lead',
      '--allow',
      'teammate:manage',
      '--disallow',
      'tag:apply',
    ];
    const found = await told(...argv);
    assert.isNotEmpty(found.tests?.failed);
    assert.isNotEmpty(found.escalations);
    assert.isNotEmpty(found.effect?.gained);
    assert.isNotEmpty(found.affected);
    for (const { lost } of found.affected)
      assert.deepEqual(
        lost.flatMap(({ permissions }) => permissions),
        ['tag:apply@shared'],
      );
    assert.deepEqual(
      found.affected.map(({ subject }) => subject),
      found.effect?.lost.flatMap(({ subjects }) => subjects).sort(),
    );
  });

  it('tells of a role that goes who holds it, and what each of them loses', async () => {
    const found = await told('role', 'delete', 'support-emea', 'team-lead', '--to', 'member', '--with-tests');
    assert.isNotEmpty(found.affected);
    for (const { roles, lost } of found.affected) {
      assert.deepEqual(roles, ['team-lead']);
      assert.include(
        lost.flatMap(({ permissions }) => permissions),
        'conversation:assign@shared',
      );
    }
  });

  it('tells the problems that the files would have, with the place', async () => {
    const found = await told('member', 'set', 'support-emea', 'a"b', 'member');
    assert.deepEqual(
      found.problems.map(({ code, file }) => [code, file]),
      [['bad-subject', 'policies/acme/support-emea.yaml']],
    );
    assert.isAbove(found.problems[0]?.line ?? 0, 1);
    assert.notProperty(found, 'effect');
  });

  it('tells why it is refused, whether it could be judged or not', async () => {
    const argv = ['role', 'create', 'support-emea', 'clerk', '--actor', 'nia@acme.example'];
    const judged = await told(...argv);
    assert.deepEqual(
      judged.refused.map(({ code, permission }) => [code, permission]),
      [['actor-not-allowed', 'role:create']],
    );
    for (const format of ['json', 'markdown', 'text']) {
      const { exitCode, all } = await run(['role', 'create', 'support-emea', 'member'], format);
      assert.strictEqual(exitCode, 1);
      assert.include(all, 'role-exists', format);
    }
  });

  it('fits into a comment on GitHub, however much there is', async () => {
    const members = Array.from(
      { length: 3000 },
      (_, index) => `  somebody-${index}-${'x'.repeat(80)}@acme.example: busy\n`,
    );
    const path = join(folder.root, 'policies/acme/support-emea.yaml');
    const text = readFileSync(path, 'utf8').replace('roles:\n', 'roles:\n  busy: { extends: member, grants: ["*"] }\n');
    writeFileSync(path, text.replace('members:\n', `members:\n${members.join('')}`));
    const { stdout } = await run(['role', 'delete', 'support-emea', 'busy', '--to', 'member'], 'markdown');
    assert.isAbove(stdout.length, 5000);
    assert.isBelow(stdout.length, 65_000);
    assert.match(stdout, /^And 2,?9\d\d more\.$/m);
  });
});
