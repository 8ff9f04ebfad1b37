import { RuntimeMembers } from '../../src/engine/runtime-members.ts';
import type { PolicySet } from '../../src/policy/policy-set.ts';
import type { Place, RuntimeAssignment, RuntimeMember } from '../../src/policy/runtime-member.ts';
import { parseSubject } from '../../src/policy/subject.ts';
import type { ChangeFault } from '../../src/review/members/assignment-rules.ts';
import { findChangeFault } from '../../src/review/members/member-change-rules.ts';
import { nowMs, policyOf } from '../support/compile-yaml.ts';

/** A company where people are hired, and another one beside it. */
export function memberPolicyFiles(top = ''): Record<string, string> {
  return {
    'roles.yaml': `subjectTypes: [user, service]
scopes:
  own: { when: { resource.owner: $subject.id } }
  rest: {}
permissions:
  Work:
    ticket:answer: { title: Answer tickets, scopes: [own, rest] }
    ticket:close: Close tickets
    invoice:create: Create invoices
    invoice:approve: Approve invoices
    invoice:void: { title: Void invoices, requires: [invoice:create] }
  Team:
    member:manage: { title: Manage members, scopes: [own, rest], controls: members }
baseline: ["ticket:answer@own"]
roles:
  agent: { title: Agent, grants: [ticket:answer, ticket:close] }
  manager: { title: Manager, grants: ["member:*", ticket:answer, ticket:close] }
  half-manager: { title: Half a manager, grants: ["member:manage@own"] }
  seller: { title: Seller, grants: [invoice:create] }
  voider: { title: Voider, grants: [invoice:void] }
  approver: { title: Approver, grants: [invoice:approve] }
  captain: { title: Captain, grants: [ticket:close], holders: 1 }
  admin: { title: Admin, grants: ["member:*", "ticket:*"], spans: organization }
  auditor: { title: Auditor, grants: [ticket:close], spans: organization }
  payer: { title: Payer, grants: [invoice:approve], spans: organization }
  owner: { title: Owner, grants: ["ticket:*", "member:*"], spans: organization, holders: 1 }
exclusive: [[invoice:create, invoice:approve]]
${top}`,
    'policies/acme/organization.yaml': `organization: acme
members:
  olu: owner
  ada: admin
  pia: auditor
`,
    'policies/acme/support.yaml': `workspace: support
title: Support
roles:
  lead: { title: Lead, grants: ["ticket:*", invoice:create] }
  silent: { title: Silent, grants: [], denies: [ticket:close, "member:*"] }
retired: { chief: lead }
members:
  mia: manager
  hal: half-manager
  cat: captain
  zoe: [{ role: manager, until: 2026-11-19 }]
  eve: [{ role: manager, from: 2999-12-01 }]
  sid: [manager, silent]
`,
    'policies/acme/sales.yaml': `workspace: sales
title: Sales
roles:
  closer: { title: Closer, grants: [ticket:close] }
members: { mia: agent, cyd: captain }
`,
    'policies/other/organization.yaml': 'organization: other\nmembers: { ole: owner, ora: admin }\n',
    'policies/other/desk.yaml': 'workspace: desk\ntitle: Desk\nmembers: { mia: manager, cob: captain }\n',
  };
}

export const support: Place = { kind: 'workspace', id: 'support' };
export const acme: Place = { kind: 'organization', id: 'acme' };

type Given = Readonly<Record<string, readonly (string | RuntimeAssignment)[]>>;

/** Members of `support`, or with `acme/` in front of the whole company. */
export function runtimeMembers(given: Given): RuntimeMembers {
  const members = new RuntimeMembers();
  for (const [name, roles] of Object.entries(given)) {
    const [place, id] = name.startsWith('acme/') ? [acme, name.slice('acme/'.length)] : [support, name];
    members.set(memberOf(place, id, roles));
  }
  return members;
}

function memberOf(place: Place, name: string, roles: readonly (string | RuntimeAssignment)[]): RuntimeMember {
  const assignments = roles.map((role) => (typeof role === 'string' ? { role } : role));
  return { place, subject: parseSubject(name, 'user'), assignments, sequence: 7, token: '' };
}

export interface Asked {
  readonly policy?: PolicySet;
  readonly place?: Place;
  readonly given?: Given;
  readonly actor: string;
  readonly subject?: string;
  readonly roles: readonly (string | RuntimeAssignment)[];
  /** Who hands over, and all that they are to hold afterwards if that is said. */
  readonly inPlaceOf?: string;
  readonly left?: readonly (string | RuntimeAssignment)[];
}

const plain = policyOf(memberPolicyFiles());

/** What is wrong when the actor gives the subject these roles; no roles take the membership away. */
export function faultOf(asked: Asked): ChangeFault | undefined {
  const { policy = plain, place = support, given = {}, actor, subject = 'new', roles, inPlaceOf, left } = asked;
  const members = runtimeMembers(given);
  const change = {
    ...memberOf(place, subject, roles),
    actor: parseSubject(actor, 'user'),
    ...(inPlaceOf === undefined
      ? {}
      : {
          inPlaceOf: {
            subject: parseSubject(inPlaceOf, 'user'),
            ...(left === undefined ? {} : { assignments: memberOf(place, inPlaceOf, left).assignments }),
          },
        }),
  };
  const before = members.get(place, change.subject.type, change.subject.id);
  return findChangeFault({ policy, members, atMs: nowMs }, change, before);
}

export function codeOf(asked: Asked): string {
  return faultOf(asked)?.code ?? 'allowed';
}
