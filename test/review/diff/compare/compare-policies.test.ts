import { assert } from 'chai';
import { smallPolicy } from '../../../support/policy-folder.ts';
import { changesOf, compare, edited, linesOf, noticesOf, support, type Files } from '../../../support/edited-policy.ts';

describe('who gains and who loses', () => {
  it('is nobody between a policy and itself', async () => {
    assert.deepEqual(await compare(smallPolicy(), smallPolicy()), { changes: [], notices: [] });
  });

  it('is told with the line that took it away, and the other way round with the line that takes it', async () => {
    const without = [['    without: ["message:send@shared"]\n', '']] as const;
    assert.deepEqual(await changesOf({ [support]: without }), [
      '+ bo in support: message:send@shared: without-removed, role `trainee` no longer takes it away, before policies/support.yaml:11',
    ]);
    assert.deepEqual(linesOf(await compare(edited({ [support]: without }), smallPolicy())), [
      '- bo in support: message:send@shared: without-added, role `trainee` takes it away, after policies/support.yaml:11',
    ]);
  });

  it('is told with the grant that came or went, to everybody who follows the role', async () => {
    const grants = [['grants: [comment:send, message:send]', 'grants: [message:send, analytics:view]']] as const;
    assert.deepEqual(await changesOf({ 'roles.yaml': grants }), [
      '+ ana bo cy in support: analytics:view: grant-added, role `member` grants it, after roles.yaml:20',
      '- ana bo cy in support: comment:send: grant-removed, role `member` no longer grants it, before roles.yaml:20',
    ]);
    const { changes } = await compare(smallPolicy(), edited({ 'roles.yaml': grants }));
    assert.deepEqual(changes[0]?.cause.through, ['team-lead', 'trainee']);
  });

  it('is told with the deny that wins, and stays as it was for the baseline', async () => {
    const denies = [
      [
        '    without: ["message:send@shared"]',
        '    denies: [comment:send, "message:send@personal"]\n    without: ["message:send@shared"]',
      ],
    ] as const;
    assert.deepEqual(await changesOf({ [support]: denies }), [
      '- bo in support: comment:send: deny-added, role `trainee` denies it, after policies/support.yaml:11',
    ]);
    assert.deepEqual(linesOf(await compare(edited({ [support]: denies }), smallPolicy())), [
      '+ bo in support: comment:send: deny-removed, role `trainee` no longer denies it, before policies/support.yaml:11',
    ]);
  });

  it('is told with the role that is extended or not any more', async () => {
    const lines = await changesOf({ [support]: [['    extends: member\n    grants', '    grants']] });
    assert.deepEqual(lines, [
      '- ana in support: message:send@shared comment:send: extends-removed, role `team-lead` no longer extends `member`, which grants it, before policies/support.yaml:6',
    ]);
  });

  it('is told with the line of each member who is given a role or loses it', async () => {
    const members = [
      ['  cy@acme.example: member\n', '  di@acme.example: trainee\n  ed@acme.example: trainee\n'],
    ] as const;
    assert.deepEqual(await changesOf({ [support]: members }), [
      '+ di ed in support: message:send@personal comment:send: role-given, role `trainee` is given, after policies/support.yaml:15,16',
      '- cy in support: message:send@personal message:send@shared comment:send: role-taken, role `member` is taken away, before policies/support.yaml:15',
    ]);
  });

  it('is told in each workspace for who spans the organization, and not where they hold it already', async () => {
    const files = {
      ...smallPolicy(),
      'policies/sales.yaml': 'workspace: sales\nmembers: { wim@acme.example: workspace-admin }\n',
    };
    const after = {
      ...files,
      'policies/organization.yaml':
        'organization: acme\nmembers: { wim@acme.example: company-admin, cy@acme.example: company-admin }\n',
    };
    const lines = linesOf(await compare(files, after));
    assert.deepEqual(
      lines.map((line) => line.replace(/: .*?: /, ': ')),
      [
        '+ cy in sales: role-given, role `company-admin` is given, after policies/organization.yaml:2',
        '- olu in sales: role-taken, role `company-admin` is taken away, before policies/organization.yaml:3',
        '+ cy in support: role-given, role `company-admin` is given, after policies/organization.yaml:2',
        '- olu in support: role-taken, role `company-admin` is taken away, before policies/organization.yaml:3',
      ],
    );
  });

  it('says from when and until when, and nothing of what is over', async () => {
    const times = (text: string): Files =>
      edited({ [support]: [['cy@acme.example: member', `cy@acme.example: [${text}]`]] });
    const was = times('{ role: workspace-admin, until: 2026-12-31 }');
    const lines = linesOf(await compare(was, times('{ role: workspace-admin, until: 2027-01-31 }')));
    assert.lengthOf(lines, 1);
    assert.match(
      String(lines[0]),
      /^\+ cy in support \[2027-01-01\.\.2027-02-01\]: .*: period-changed, role `workspace-admin` is given for another time, after policies\/support\.yaml:15$/,
    );
    const later = linesOf(await compare(was, times('{ role: workspace-admin, from: 2026-12-01, until: 2026-12-31 }')));
    assert.deepEqual(
      later.map((line) => line.slice(0, 33)),
      ['- cy in support [..2026-12-01]: m'],
    );
    const over = times('{ role: workspace-admin, until: 2026-01-31 }, member');
    assert.deepEqual((await compare(edited({}), over)).changes, []);
  });

  it('sees a role that is handed on without a gap as no change', async () => {
    const handed = edited({
      [support]: [
        [
          'cy@acme.example: member',
          'cy@acme.example: [{ role: member, until: 2026-12-31 }, { role: member, from: 2027-01-01 }]',
        ],
      ],
    });
    assert.deepEqual((await compare(smallPolicy(), handed)).changes, []);
  });

  it('tells permissions that came or went, and whom they reach or leave', async () => {
    const catalog = [['    tag:create: Create tags\n', '    tag:delete: Delete tags\n']] as const;
    const lines = await changesOf({ 'roles.yaml': catalog });
    assert.includeMembers(lines, [
      '+ ana in support: tag:delete: permission-added, the permission is new, and role `team-lead` grants it, after policies/support.yaml:7',
      '- ana olu wim in support: tag:create: permission-removed, the permission `tag:create` is gone, before roles.yaml:14',
    ]);
    assert.deepEqual(await noticesOf({ 'roles.yaml': catalog }), [
      'permission-added: permission `tag:delete` is new',
      'permission-removed: permission `tag:create` is gone',
    ]);
  });

  it('tells a baseline that changed, in one line for everybody', async () => {
    assert.deepEqual(
      await changesOf({
        'roles.yaml': [['baseline: ["message:send@personal"]', 'baseline: ["message:send@personal", tag:create]']],
      }),
      ['+ bo cy in support: tag:create: baseline-added, the baseline grants it to every member, after roles.yaml:17'],
    );
  });

  it('tells everybody of a workspace that came or went', async () => {
    const files = {
      ...smallPolicy(),
      'policies/sales.yaml': 'workspace: sales\nmembers: { cy@acme.example: member }\n',
    };
    const gone = linesOf(await compare(files, smallPolicy()));
    assert.deepEqual(
      gone.map((line) => line.split(': ')[0]),
      ['- cy in sales', '- olu in sales'],
    );
    for (const line of gone)
      assert.include(line, 'workspace-removed, the workspace `sales` is gone, before policies/sales.yaml:1');
    const { notices } = await compare(smallPolicy(), files);
    assert.deepEqual(
      notices.map(({ text }) => text),
      ['workspace `sales` is new, with 1 member'],
    );
  });
});
