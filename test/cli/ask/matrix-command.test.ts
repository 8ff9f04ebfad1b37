import { assert } from 'chai';
import { widthOf } from '../../../src/cli/report/text-width.ts';
import { renderMarkdown } from '../report/markdown-structure.ts';
import { askedFolder } from './asked-folder.ts';

describe('rolebook matrix', () => {
  const { ask } = askedFolder();

  it('shows the roles that a workspace sees, built-in, of the company and its own, against every permission', async () => {
    const { stdout, stderr, exitCode } = await ask(['matrix', 'support']);
    assert.equal(exitCode, 0);
    assert.equal(stderr, '');
    assert.equal(
      stdout,
      `                     member  company-admin  owner  coordinator  helpdesk  lead  muted
Conversations
message:send@shared    ●           ●          ●                            ○      ○
comment:send           ●           ●          ●                            ○      −
Analytics
report:export                      ●          ●         ●
report:view                        ●          ●         ●          ●       ●      ✗
Company
billing:view                       ●          ●                    ●

● given by the role   ○ from a role it follows   − taken out of what it follows   ✗ denied, whatever else
In personal every member may do one of these, whatever their roles.
`,
    );
  });

  it('shows the built-in roles without a workspace, and with --organization those of a company, on its plan', async () => {
    const builtIn = await ask(['matrix']);
    assert.match(builtIn.stdout, /^ +member {2}company-admin {2}owner {2}coordinator {2}helpdesk\n/);
    assert.match(builtIn.stdout, /^report:export +● +● +●$/m);
    const acme = await ask(['matrix', '--organization', 'acme']);
    assert.match(acme.stdout, /^ +member .* lead\n/);
    assert.notInclude(acme.stdout, 'muted');
    const free = await ask(['matrix', '--organization', 'free']);
    assert.match(free.stdout, /^report:export +\$ +\$ +\$$/m);
    assert.include(free.stdout, '$ not in the plan');
  });

  it('knows a workspace by its former id', async () => {
    assert.equal((await ask(['matrix', 'help'])).stdout, (await ask(['matrix', 'support'])).stdout);
  });

  it('says for programs how each role stands to each permission in each scope, and by which line', async () => {
    const { stdout } = await ask(['matrix', 'support', '--format', 'json']);
    const document = JSON.parse(stdout) as {
      roles: readonly Record<string, unknown>[];
      permissions: readonly { permission: string; scope?: string; roles: Record<string, unknown> }[];
    };
    assert.deepInclude(document as object, { workspace: 'support', title: 'Support', organization: 'acme' });
    const lead = document.roles.find(({ role }) => role === 'lead');
    assert.deepInclude(lead, { builtIn: false, organization: 'acme', spans: 'workspace', extends: ['member'] });
    const shared = document.permissions.find(
      ({ permission, scope }) => permission === 'message:send' && scope === 'shared',
    );
    assert.deepEqual(shared?.roles['muted'], {
      state: 'inherited',
      from: 'member',
      file: 'roles.yaml',
      line: 17,
      column: 46,
    });
    assert.deepEqual(shared?.roles['helpdesk'], { state: 'none' });
    const billing = document.permissions.find(({ permission }) => permission === 'billing:view');
    assert.deepEqual(billing?.roles['coordinator'], { state: 'cannot' });
  });

  for (const columns of [40, 80, 200]) {
    it(`is a table of at most ${columns} columns in such a terminal, and tells every cell`, async () => {
      const { stdout } = await ask(['matrix', 'support'], { isTerminal: true, columns, env: { NO_COLOR: '1' } });
      for (const line of stdout.split('\n')) assert.isAtMost(widthOf(line), columns, line);
      const [, cells] = [...stdout.split('\n\n● given')];
      assert.isDefined(cells);
      const table = stdout.slice(0, stdout.indexOf('● given'));
      const count = (sign: string): number => table.split(sign).length - 1;
      assert.deepEqual([count('●'), count('○'), count('−'), count('✗')], [17, 3, 1, 1]);
    });
  }
});

const hostile: Readonly<Record<string, string>> = {
  'roles.yaml': `permissions:
  "a | b \`c\` <img src=x onerror=alert(1)> [x](javascript:alert(1))":
    doc:read: "Read | <script>alert(1)</script> \`code\`"
    doc:edit: { title: "編集する 📄 ✏️", caution: "\\"><svg onload=alert(1)>" }
  "カテゴリーの名前がとても長いのでどこかで折り返さなければならない":
    documents-of-the-whole-company:read-everything-that-there-is.at-all_2: Everything
roles:
  member: { title: "</title><script>alert(2)</script>", grants: [doc:read] }
  a-role-whose-name-is-longer-than-a-column-could-be: { title: "読者 | \`x\`", extends: member, grants: [doc:edit] }
defaultRole: member
`,
  'policies/one.yaml': `workspace: one
title: "One | <b>bold</b> \`&amp;\` 'x' \\"y\\""
members: {}
`,
};

describe('rolebook matrix, with names that look like markup', () => {
  const { ask } = askedFolder(hostile);

  it('keeps every line within the terminal, whatever the letters', async () => {
    for (const columns of [40, 80, 200]) {
      const { stdout } = await ask(['matrix', 'one'], { isTerminal: true, columns, env: { NO_COLOR: '1' } });
      for (const line of stdout.split('\n')) assert.isAtMost(widthOf(line), columns, line);
      assert.include(
        stdout.replaceAll(/\s/g, ''),
        'documents-of-the-whole-company:read-everything-that-there-is.at-all_2',
      );
    }
  });

  it('writes markdown in which no name ends a cell, a code span or a heading, or is markup', async () => {
    const { stdout } = await ask(['matrix', 'one', '--format', 'markdown']);
    const { tags, text } = renderMarkdown(stdout);
    assert.sameMembers(
      [...new Set(tags.map((tag) => tag.replace(/^<\/?(\w+).*$/, '$1')))],
      ['h2', 'h3', 'p', 'code', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
    );
    assert.lengthOf(
      tags.filter((tag) => tag.startsWith('<td')),
      3 * 3,
    );
    for (const name of ['<b>bold</b>', '<img src=x onerror=alert(1)> [x](javascript:alert(1))'])
      assert.include(text, name);
  });
});
