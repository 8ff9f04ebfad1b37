import { assert } from 'chai';
import type { RuntimeMember } from '../../../../src/policy/runtime-member.ts';
import { judgeInShares, judgePolicies } from '../../../../src/review/diff/compare/judge-policies.ts';
import { judgeGate, parseGate } from '../../../../src/review/diff/wording/change-gate.ts';
import { compare, edited, linesOf, support, type Files } from '../../../support/edited-policy.ts';
import { nowMs, policyOf, sourceFiles } from '../../../support/compile-yaml.ts';
import { govern, smallPolicy } from '../../../support/policy-folder.ts';

type Edits = Parameters<typeof edited>[0];

async function told(before: Files, after: Files): Promise<{ lines: string[]; notices: string[] }> {
  const difference = await compare(before, after);
  const notices = difference.notices.map(({ kind, text }) => `${kind}: ${text}`);
  return { lines: linesOf(difference), notices };
}

/** Both ways: forth from the small policy, and back to it. */
async function bothWays(edits: Edits): Promise<{ forth: string[]; back: string[] }> {
  const [forth, back] = [await told(smallPolicy(), edited(edits)), await told(edited(edits), smallPolicy())];
  assert.deepEqual([forth.lines, back.lines], [[], []]);
  return { forth: forth.notices, back: back.notices };
}

const label: Edits = {
  'roles.yaml': [['tag:create: Create tags', 'label:create: { title: Create tags, was: tag:create }']],
};
const company = 'policies/organization.yaml';
const help: Edits = { [support]: [['workspace: support\n', 'workspace: help\nformerly: support\n']] };
const umbrella: Edits = { [company]: [['organization: acme\n', 'organization: umbrella\nformerly: acme\n']] };

describe('a rename in a diff', () => {
  it('of a permission is told as one, and of nobody, forth and back', async () => {
    assert.deepEqual(await bothWays(label), {
      forth: ['permission-renamed: permission `tag:create` is now called `label:create`'],
      back: ['permission-renamed: permission `label:create` is now called `tag:create`'],
    });
  });

  it('of a permission with scopes, which the baseline has in one', async () => {
    const edits: Edits = { 'roles.yaml': [['    message:send:\n', '    thread:post:\n      was: message:send\n']] };
    assert.deepEqual((await bothWays(edits)).forth, [
      'permission-renamed: permission `message:send` is now called `thread:post`',
    ]);
  });

  it('that is finished tells who had it by a wildcard of its former id, unless it is named beside it', async () => {
    const finished = (more: string): Files =>
      edited({
        'roles.yaml': [['tag:create: Create tags', 'label:create: Create tags\n    tag:edit: Edit tags']],
        [support]: [['"tag:*"', `"tag:*"${more}`]],
      });
    const underway = edited({
      'roles.yaml': [
        ['tag:create: Create tags', 'label:create: { title: Create tags, was: tag:create }\n    tag:edit: Edit tags'],
      ],
    });
    assert.deepEqual((await told(underway, finished(', label:create'))).lines, []);
    assert.deepEqual((await told(underway, finished(''))).lines, [
      '- ana in support: label:create: grant-removed, role `team-lead` no longer grants it, before policies/support.yaml:7',
    ]);
  });

  it('of a permission that gives it to somebody tells them', async () => {
    const edits = { ...label, [support]: [['    without:', '    grants: [label:create]\n    without:']] } as const;
    assert.deepEqual((await told(smallPolicy(), edited(edits))).lines, [
      '+ bo in support: label:create: grant-added, role `trainee` grants it, after policies/support.yaml:11',
    ]);
  });
});

describe('a permission that is split, in a diff', () => {
  const split: Edits = {
    'roles.yaml': [
      [
        'tag:create: Create tags',
        'label:create: { title: Create labels, was: tag:create }\n    topic:create: { title: Create topics, was: tag:create }',
      ],
    ],
  };

  it('is told as such, and of nobody, forth and back', async () => {
    assert.deepEqual(await bothWays(split), {
      forth: ['permission-split: permission `tag:create` was split into `label:create`, `topic:create`'],
      back: ['permissions-merged: permissions `label:create`, `topic:create` were merged into `tag:create`'],
    });
  });

  it('tells who keeps but a part of it what is lost', async () => {
    const edits = { ...split, [support]: [['"tag:*"', 'topic:create']] } as const;
    assert.deepEqual((await told(smallPolicy(), edited(edits))).lines, [
      '- ana in support: label:create: grant-removed, role `team-lead` no longer grants it, before policies/support.yaml:7',
    ]);
  });
});

describe('permissions that are merged, in a diff', () => {
  const merged: Edits = {
    'roles.yaml': [
      [
        '    tag:create: Create tags\n    analytics:view: See the analytics\n',
        '    desk:use: { title: Use, was: [tag:create, analytics:view] }\n',
      ],
    ],
  };

  it('are told as such, and who had not all of them loses what they had', async () => {
    const { lines, notices } = await told(smallPolicy(), edited(merged));
    assert.deepEqual(notices, [
      'permissions-merged: permissions `tag:create`, `analytics:view` were merged into `desk:use`',
    ]);
    assert.deepEqual(lines, [
      '- ana in support: tag:create: grant-removed, role `team-lead` no longer grants it, before policies/support.yaml:7',
    ]);
  });

  it('are a gain for whom the new id is given that had not all of them', async () => {
    const edits = { ...merged, [support]: [['"tag:*"', 'desk:use']] } as const;
    assert.deepEqual((await told(smallPolicy(), edited(edits))).lines, [
      '+ ana in support: analytics:view: grant-added, role `team-lead` grants it, after policies/support.yaml:7',
    ]);
  });

  it('are told of when they go into one that was there, whose new holders gain', async () => {
    const edits: Edits = {
      'roles.yaml': [
        ['    tag:create: Create tags\n', ''],
        ['analytics:view: See the analytics', 'analytics:view: { title: See, was: tag:create }'],
      ],
    };
    const { lines, notices } = await told(smallPolicy(), edited(edits));
    assert.deepEqual(notices, ['permissions-merged: permission `tag:create` was merged into `analytics:view`']);
    assert.deepEqual(lines, [
      '+ ana in support: analytics:view: grant-added, role `team-lead` grants it, after policies/support.yaml:7',
    ]);
  });
});

describe('a place that is renamed, in a diff', () => {
  it('is told as such, with its roles and members as they were', async () => {
    assert.deepEqual(await bothWays(help), {
      forth: ['workspace-renamed: workspace `support` is now called `help`'],
      back: ['workspace-renamed: workspace `help` is now called `support`'],
    });
    assert.deepEqual(await bothWays(umbrella), {
      forth: ['organization-renamed: organization `acme` is now called `umbrella`'],
      back: ['organization-renamed: organization `umbrella` is now called `acme`'],
    });
  });

  it('is told beside what else changes in it: roles, members, the plan', async () => {
    const edits = {
      [company]: [...(umbrella[company] ?? []), ['members:', 'plan: scale\nmembers:']],
      [support]: [
        ...(help[support] ?? []),
        ['  trainee:\n', '  newcomer:\n'],
        ['bo@acme.example: trainee', 'bo@acme.example: newcomer'],
        ['  cy@acme.example: member\n', ''],
      ],
    } as Edits;
    const { lines, notices } = await told(smallPolicy(), edited(edits));
    assert.deepEqual(notices, [
      'organization-renamed: organization `acme` is now called `umbrella`',
      'plan-changed: the plan of `umbrella` was none and is `scale`',
      'workspace-renamed: workspace `support` is now called `help`',
      'role-renamed: role `trainee` of `help` is now called `newcomer`, held by 1',
    ]);
    assert.lengthOf(lines, 1);
    assert.match(lines[0] ?? '', /^- cy in help: .*role-taken/);
  });

  it('is told so where its file has another name, and in shares', async () => {
    const { [support]: text = '', ...rest } = edited(help);
    const after = {
      ...rest,
      'policies/a/help.yaml': text,
      'policies/b.yaml': 'workspace: b\nmembers: { cy: member }\n',
    };
    const before = { ...smallPolicy(), 'policies/b.yaml': after['policies/b.yaml'] };
    const change = { before: sourceFiles(before), after: sourceFiles(after), members: [], nowMs };
    assert.isUndefined(await judgeInShares(change, 3, () => undefined));
    const judged = await judgePolicies(change, () => undefined, 3);
    assert(!('faulty' in judged));
    assert.deepEqual(judged.difference.changes, []);
    assert.deepEqual(
      judged.difference.notices.map(({ kind }) => kind),
      ['workspace-renamed'],
    );
  });

  it('takes its members at run time along, of whom nothing is told', async () => {
    const member = (kind: 'workspace' | 'organization', place: string, id: string, role: string): RuntimeMember => ({
      place: { kind, id: place },
      subject: { type: 'user', id },
      assignments: [{ role }],
      sequence: 1,
      token: '',
    });
    const members = [
      member('workspace', 'support', 'dee', 'team-lead'),
      member('organization', 'acme', 'eve', 'company-admin'),
    ];
    const both = { ...help, ...umbrella };
    const change = { before: sourceFiles(smallPolicy()), after: sourceFiles(edited(both)), members, nowMs };
    const judged = await judgePolicies(change, () => undefined);
    assert(!('faulty' in judged));
    assert.deepEqual(judged.difference.changes, []);
    assert.deepEqual(
      judged.difference.notices.map(({ kind }) => kind),
      ['organization-renamed', 'workspace-renamed'],
    );
    assert.lengthOf(judged.moves, 4);
    const moved = [
      member('workspace', 'help', 'dee', 'team-lead'),
      member('organization', 'umbrella', 'eve', 'company-admin'),
    ];
    const undone = await judgePolicies(
      { ...change, before: change.after, after: change.before, members: moved },
      () => undefined,
    );
    assert(!('faulty' in undone));
    assert.deepEqual(undone.difference.changes, []);
    assert.lengthOf(undone.moves, 4);
  });

  it('opens and closes no way to more', async () => {
    const governed = { ...smallPolicy(), 'roles.yaml': govern(smallPolicy()['roles.yaml'] ?? '') };
    const text = governed['roles.yaml'].replace('tag:create: {', 'tag:make: { was: tag:create,');
    const after = { ...edited({ ...help, ...umbrella }), 'roles.yaml': text };
    const change = { before: sourceFiles(governed), after: sourceFiles(after), members: [], nowMs };
    const judged = await judgePolicies(change, () => undefined);
    assert(!('faulty' in judged));
    assert.deepEqual(judged.escalations, { opened: [], closed: [] });
    assert.deepEqual(judged.difference.changes, []);
  });
});

describe('a gate of a diff with renames', () => {
  it('is closed by either id of a permission, and by wildcards of both', async () => {
    const edits = { ...label, [support]: [['    without:', '    grants: [label:create]\n    without:']] } as const;
    const difference = await compare(smallPolicy(), edited(edits));
    const catalogs = [policyOf(smallPolicy()).catalog, policyOf(edited(edits)).catalog];
    for (const pattern of ['label:create', 'tag:create', 'tag:*', 'label:*']) {
      assert.equal(judgeGate(parseGate(`gained:${pattern}`), difference, catalogs, 0).found, 1, pattern);
    }
    assert.equal(judgeGate(parseGate('gained:comment:send'), difference, catalogs, 0).found, 0);
  });
});
