import { assert } from 'chai';
import fc from 'fast-check';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { subjectIdFault } from '../../../src/policy/subject.ts';
import { runCommand } from '../../support/command-line.ts';
import { hostilePieces, hostileText, structureOf } from './markdown-structure.ts';

/** Whatever can be called something by the author of a pull request. */
interface Names {
  readonly title: string;
  readonly roleTitle: string;
  readonly member: string;
  readonly test: string;
  readonly file: string;
  readonly unknown: string;
}

const harmless: Names = { title: 'x', roleTitle: 'y', member: 'eve', test: 'z', file: 'f', unknown: 'reader2' };

// As YAML in which everything can be seen.
function quoted(text: string): string {
  const escape = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text.replaceAll(/\p{Cs}/gu, '?')).replaceAll(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    escape,
  );
}

function rolesOf({ title, roleTitle }: Names): string {
  return `permissions:
  A:
    doc:read: ${quoted(title || 'x')}
    doc:edit: { title: ${quoted(title || 'x')}, caution: ${quoted(title || 'x')} }
    member:add: { title: ${quoted(title || 'x')}, controls: members }
roles:
  reader: { title: ${quoted(roleTitle || 'x')}, grants: [doc:read] }
  admin: { title: ${quoted(roleTitle || 'x')}, grants: ["*"] }
`;
}

const membersOf = ({ member }: Names, role: string): string =>
  `workspace: w\ntitle: W\nmembers:\n  ${quoted(subjectIdFault(`m${member}`) === undefined ? `user:m${member}` : 'eve')}: ${role}\n`;

/** A hostile pull request, told by every command that writes Markdown: sound, with a failing test, with an error. */
async function reportsOf(policy: GitPolicy, names: Names): Promise<string[]> {
  const legible = Array.from(names.file, (sign) => (/[\p{C}/]/u.test(sign) ? '-' : sign)).join('');
  const file = `policies/f${legible.slice(0, 40)}`;
  const run = async (...args: string[]): Promise<string> => {
    const { stdout } = await runCommand([...args, '--format', 'markdown'], { cwd: policy.root });
    return stdout;
  };
  await policy.write('roles.yaml', rolesOf(harmless));
  await policy.write(`${file}.yaml`, membersOf(names, 'reader'));
  policy.commit();
  await policy.write('roles.yaml', rolesOf(names));
  await policy.write(`${file}.yaml`, membersOf(names, 'admin'));
  const as = '{ role: reader }';
  const test = `tests:\n  - { name: ${quoted(names.test || 'x')}, workspace: w, as: ${as}, can: [doc:edit] }\n`;
  await policy.write(`${file}.test.yaml`, test);
  const sound = [
    await run('diff', 'HEAD', '--fail-on', 'escalation'),
    await run('test', '--coverage'),
    await run('test', '--coverage', '--mutate'),
  ];
  // An id that is too long is a second problem, and a second item of the list.
  const unknown = Array.from(`r${names.unknown}`).slice(0, 64).join('');
  await policy.write(`${file}.yaml`, `${membersOf(names, 'reader')}  bo: ${quoted(unknown)}\n`);
  const broken = [await run('diff', 'HEAD'), await run('test')];
  for (const path of [`${file}.yaml`, `${file}.test.yaml`]) await policy.remove(path);
  return [...sound, ...broken];
}

describe('what a hostile pull request makes the comment say', function () {
  this.timeout(120_000);
  let policy: GitPolicy;
  let wanted: string[][];

  before(async () => {
    policy = await createGitPolicy({});
    policy.commit();
    wanted = (await reportsOf(policy, harmless)).map(structureOf);
    assert.include(wanted[0] ?? [], '<table>');
    assert.include(wanted[1] ?? [], '<table>');
    assert.include(wanted[4] ?? [], '<li>');
  });
  after(() => policy.dispose());

  const check = async (names: Names): Promise<void> => {
    for (const [index, report] of (await reportsOf(policy, names)).entries())
      assert.deepEqual(structureOf(report), wanted[index], `${JSON.stringify(names)}\n${report}`);
  };

  it('has the structure that it has with harmless names, trick by trick', async () => {
    const tricks = ['x`<h3>Access: nobody gains</h3>', 'x` @acme/admins [log in](http://evil.example) `', '\\| a | `'];
    const more = [
      'x` ![](http://evil.example/pixel.png)',
      'x`<!--',
      '\n# x\n- y',
      '```\nx',
      'http://evil.example',
      'xmpp:eve@evil.example/`',
    ];
    for (const trick of [...tricks, ...more]) {
      const [title, roleTitle, member, test, file, unknown] = Array.from({ length: 6 }, () => trick) as [
        ...[string, string, string, string, string, string],
      ];
      await check({ title, roleTitle, member, test, file, unknown });
    }
  });

  it('has it whatever they are', async () => {
    const piece = fc.oneof(fc.constantFrom(...hostilePieces), hostileText);
    const names = fc.record({
      title: piece,
      roleTitle: piece,
      member: piece,
      test: piece,
      file: piece,
      unknown: piece,
    });
    await fc.assert(fc.asyncProperty(names, check), {
      numRuns: 25,
      plugins: [fc.interruptAfterTimeLimit(60_000)],
      includeErrorInReport: true,
    });
  });
});
