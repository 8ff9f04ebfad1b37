import type { PolicyEdit } from '../../../src/compile/edit/policy-edit.ts';
import type { JsonObject } from '../../../src/policy/text/json.ts';

/** A small policy in which there is something for every edit. */
export const hostilePolicy: Readonly<Record<string, JsonObject>> = {
  'roles.yaml': {
    permissions: {
      Docs: { 'doc:read': 'Read', 'doc:edit': { title: 'Edit it', requires: ['doc:read'] }, 'doc:wipe': 'Wipe' },
    },
    organizationProperties: { strict: false, motto: 'none' },
    baseline: ['doc:read'],
    roles: {
      member: { title: 'Standard', grants: ['doc:read'] },
      boss: { title: 'The boss', grants: ['doc:edit', 'doc:wipe'], spans: 'organization' },
    },
    defaultRole: 'member',
  },
  'policies/organization.yaml': {
    organization: 'acme',
    plan: 'free',
    properties: { motto: 'We do what we can.' },
    roles: {
      regional: { title: 'Regional lead', grants: ['doc:edit'] },
      auditor: { title: 'Auditor', spans: 'organization', grants: ['doc:wipe'] },
    },
    retired: { area: 'regional' },
    members: { olu: 'boss', eve: 'auditor', mia: [{ role: 'boss', until: '2999-12-31' }] },
    groups: { desk: ['kim', 'lee', 'mo'], night: ['kim'] },
  },
  'policies/support.yaml': {
    workspace: 'support',
    title: 'Support of everybody',
    roles: {
      trainee: { title: 'Trainee', description: 'Learns the ropes and asks.', grants: ['doc:edit'] },
      lead: { extends: ['member', 'regional'], grants: ['doc:edit', 'doc:wipe'] },
      last: { title: 'The last', extends: ['member'], denies: ['doc:wipe'] },
    },
    members: {
      ana: 'trainee',
      bo: ['lead', { role: 'trainee', until: '2999-12-31', reason: 'Holds the fort today.' }],
      cy: { roles: ['last'], properties: { age: 31, note: 'She helps out.' } },
      'group:desk': 'member',
      di: ['regional', { role: 'lead', until: '2999-12-31' }],
    },
  },
  'policies/support.test.yaml': {
    tests: [
      { name: 'a trainee edits', workspace: 'support', as: { role: 'trainee' }, can: ['doc:edit'] },
      {
        name: 'others do',
        workspace: 'support',
        as: [{ role: ['trainee', 'lead'] }, 'bo'],
        can: ['doc:read', 'doc:edit'],
      },
      { name: 'regional leads', workspace: 'support', as: [{ role: 'regional' }, 'di'], can: ['doc:edit'] },
      { name: 'the last', workspace: 'support', as: 'cy', cannot: ['doc:edit', 'doc:wipe'] },
    ],
  },
};

export const hostileEdits: readonly PolicyEdit[] = [
  { edit: 'role.create', workspace: 'support', role: 'fresh', title: 'New one', grants: ['doc:wipe'] },
  { edit: 'role.duplicate', workspace: 'support', from: 'lead', role: 'chief', title: 'C', as: 'extension' },
  { edit: 'role.change', workspace: 'support', role: 'lead', disallow: ['doc:edit'] },
  { edit: 'role.change', workspace: 'support', role: 'trainee', title: 'Novice', allow: ['doc:wipe'] },
  { edit: 'role.change', workspace: 'support', role: 'last', disallow: ['doc:wipe'], description: 'The: end.' },
  { edit: 'role.rename', workspace: 'support', role: 'trainee', to: 'novice' },
  { edit: 'role.delete', workspace: 'support', role: 'trainee', to: 'lead' },
  { edit: 'member.set', workspace: 'support', subject: 'dee', roles: [{ role: 'lead' }] },
  { edit: 'member.set', workspace: 'support', subject: 'ana', roles: [{ role: 'lead' }] },
  {
    edit: 'member.set',
    workspace: 'support',
    subject: 'cy',
    roles: [{ role: 'last' }, { role: 'lead', until: '2999-12-31' }],
  },
  { edit: 'member.remove', workspace: 'support', subject: 'bo' },
  { edit: 'member.set', organization: 'acme', subject: 'zoe', roles: [{ role: 'boss' }] },
  { edit: 'member.remove', organization: 'acme', subject: 'olu' },
  {
    edit: 'role.create',
    organization: 'acme',
    role: 'payer',
    spans: 'memberships',
    title: 'Pays',
    grants: ['doc:wipe'],
  },
  { edit: 'role.duplicate', organization: 'acme', from: 'boss', role: 'deputy', as: 'copy' },
  { edit: 'role.change', organization: 'acme', role: 'regional', title: 'Of: a region', allow: ['doc:wipe'] },
  { edit: 'role.change', organization: 'acme', role: 'auditor', disallow: ['doc:wipe'], description: 'Looks on.' },
  { edit: 'role.rename', organization: 'acme', role: 'regional', to: 'area-lead' },
  { edit: 'role.delete', organization: 'acme', role: 'auditor', to: 'boss' },
  { edit: 'group.set', organization: 'acme', group: 'desk', subjects: ['kim', 'mo', 'nia'] },
  { edit: 'group.set', organization: 'acme', group: 'day', subjects: ['kim'] },
  { edit: 'group.set', organization: 'acme', group: 'night', subjects: [] },
  { edit: 'group.rename', organization: 'acme', group: 'desk', to: 'front' },
  { edit: 'group.rename', organization: 'acme', group: 'night', to: 'late.1' },
  { edit: 'group.remove', organization: 'acme', group: 'night' },
  { edit: 'workspace.rename', workspace: 'support', to: 'help' },
  {
    edit: 'workspace.create',
    workspace: 'sales',
    title: 'Sales',
    members: [{ subject: 'ana', roles: [{ role: 'member' }] }],
  },
  { edit: 'organization.create', organization: 'other', title: 'Other' },
  { edit: 'organization.change', organization: 'acme', plan: 'scale', properties: { strict: true, motto: null } },
  { edit: 'permission.rename', permission: 'doc:edit', to: 'doc:write', keeps: 'was' },
  { edit: 'permission.rename', permission: 'doc:wipe', to: 'doc:erase', keeps: 'nothing' },
  {
    edit: 'test.expect',
    file: 'policies/support.test.yaml',
    test: 'the last',
    permission: 'doc:edit',
    expect: 'can',
  },
  { edit: 'test.leave', file: 'policies/support.test.yaml', workspace: 'support', subject: 'cy' },
  { edit: 'test.leave', file: 'policies/support.test.yaml', workspace: 'support', subject: 'bo' },
];
