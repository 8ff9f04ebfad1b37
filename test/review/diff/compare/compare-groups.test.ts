import { assert } from 'chai';
import { compare, edited, linesOf, support, type Files } from '../../../support/edited-policy.ts';

const organization = 'policies/organization.yaml';
const members = 'members:\n  olu@acme.example: company-admin\n';

/** The small policy with a group that is a member of its workspace. */
function grouped(groups: string, given = '  group:emea: member\n', above = ''): Files {
  return edited({
    [organization]: [[members, `${members}${above}groups:\n${groups}`]],
    [support]: [['members:\n', `members:\n${given}`]],
  });
}

async function changes(before: Files, after: Files): Promise<string[]> {
  return linesOf(await compare(before, after));
}

const two = '  emea:\n    - di@acme.example\n    - ed@acme.example\n';
const three = `${two}    - fay@acme.example\n`;
const all = 'message:send@personal message:send@shared comment:send';

describe('who gains and who loses by a group', () => {
  it('is told with the line in the group of each who comes into it or leaves it', async () => {
    assert.deepEqual(await changes(grouped('  emea: []\n'), grouped(two)), [
      `+ di ed in support: ${all}: group-joined, group \`emea\`, which holds role \`member\`, takes them in, after policies/organization.yaml:6,7`,
    ]);
    assert.deepEqual(await changes(grouped(three), grouped(two)), [
      `- fay in support: ${all}: group-left, they are in group \`emea\` no more, which holds role \`member\`, before policies/organization.yaml:8`,
    ]);
  });

  it('is told with the line that gives the group a role or takes it, once for everybody in it', async () => {
    const none = grouped(two, '');
    assert.deepEqual(await changes(none, grouped(two)), [
      `+ di ed in support: ${all}: group-given, role \`member\` is given to group \`emea\`, after policies/support.yaml:13`,
    ]);
    assert.deepEqual(await changes(grouped(two), none), [
      `- di ed in support: ${all}: group-taken, role \`member\` is taken from group \`emea\`, before policies/support.yaml:13`,
    ]);
  });

  it('is nobody where a group is written out, renamed, or comes without anybody in it', async () => {
    const out = edited({
      [support]: [['members:\n', 'members:\n  di@acme.example: member\n  ed@acme.example: member\n']],
    });
    assert.deepEqual(await changes(grouped(two), out), []);
    assert.deepEqual(await changes(out, grouped(two)), []);
    assert.deepEqual(await changes(grouped(two), grouped(two.replace('emea', 'apac'), '  group:apac: member\n')), []);
    assert.deepEqual(await changes(edited({}), grouped('  emea: []\n')), []);
  });

  it('is told with the time of the group, from and until', async () => {
    const later = grouped(two, '  group:emea: { roles: [{ role: member, from: 2027-01-01, until: 2027-01-31 }] }\n');
    assert.deepEqual(await changes(grouped(two, ''), later), [
      `+ di ed in support [2027-01-01..2027-02-01]: ${all}: group-given, role \`member\` is given to group \`emea\`, after policies/support.yaml:13`,
    ]);
    assert.deepEqual(await changes(grouped(two), later), [
      `- di ed in support [..2027-01-01]: ${all}: period-changed, role \`member\` is given for another time, after policies/support.yaml:13,13`,
      `- di ed in support [2027-02-01..]: ${all}: period-changed, role \`member\` is given for another time, after policies/support.yaml:13,13`,
    ]);
  });

  it('is whoever does not hold the same by other ways', async () => {
    const before = grouped('  emea: []\n');
    const after = grouped('  emea:\n    - bo@acme.example\n    - cy@acme.example\n    - olu@acme.example\n');
    assert.deepEqual(await changes(before, after), [
      '+ bo in support: message:send@shared: group-joined, group `emea`, which holds role `member`, takes them in, after policies/organization.yaml:6',
    ]);
  });

  it('is everybody in the group where a role of it changes', async () => {
    const after = grouped(two);
    after['roles.yaml'] = (after['roles.yaml'] ?? '').replace('[comment:send, message:send]', '[message:send]');
    assert.include(
      (await changes(grouped(two), after)).join('\n'),
      '- ana bo cy di ed in support: comment:send: grant-removed',
    );
  });

  it('reaches all workspaces where the organization gives the group a role', async () => {
    const given = grouped(two, '', '  group:emea: company-admin\n');
    assert.include(
      (await changes(grouped(two, ''), given)).join('\n'),
      'group-given, role `company-admin` is given to group `emea`, after policies/organization.yaml:4',
    );
  });
});
