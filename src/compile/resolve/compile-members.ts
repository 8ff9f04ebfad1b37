import type { Catalog } from '../../policy/catalog.ts';
import { parseFrom, parseUntil } from '../../policy/text/instant.ts';
import { PlainMember } from '../../policy/plain-member.ts';
import { groupType, type Assignment, type Groups, type Member, type Members } from '../../policy/policy-set.ts';
import type { Span } from '../../policy/position.ts';
import { describeHolderCount, listOfRole, type MemberList, type Role, type RoleSpan } from '../../policy/role.ts';
import { formatSubject, parseSubject, subjectIdFault, type SubjectId } from '../../policy/subject.ts';
import { quote, quoteWhole } from '../words/describe-value.ts';
import type { AssignmentEntries, AssignmentEntry, MemberEntry } from '../file/entries.ts';
import type { FileReport } from '../file/file-report.ts';
import { nearest } from '../words/suggest.ts';
import { describeWrongSpan } from '../words/wrong-span.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';
import type { WrittenEntries } from '../yaml/yaml-positions.ts';

export interface MembersContext {
  readonly catalog: Pick<Catalog, 'subjectTypes'>;
  readonly report: FileReport;
  /** Which list it is, and so which roles may be given in it. */
  readonly list: MemberList;
  /** The groups of the organization; undefined where it could not be understood, and for the staff, who are in none. */
  readonly groups: Groups | undefined;
  findRole(id: string): Role | undefined;
  /** Reports that there is no such role, where it is named. */
  reportUnknown(id: string, path: YamlPath): void;
}

/** Subjects and groups that a file lists under `members`. */
export interface CompiledMembers {
  readonly members: Members;
  readonly groupMembers: ReadonlyMap<string, Member>;
}

/** Compiles what a file says under `members` or `staff`, a step for every so many of them. */
export function* compileMembers(context: MembersContext): Generator<undefined, CompiledMembers> {
  const members = new Map<string, Map<string, Member>>();
  const groupMembers = new Map<string, Member>();
  const topKey = topKeyOf(context);
  const written = context.report.entriesOf(topKey);
  if (!written) return { members, groupMembers };
  for (let index = 0; index < written.keys.length; index += 1) {
    if (index % membersPerStep === membersPerStep - 1) yield;
    const key = written.keys[index] ?? '';
    const entry = written.valueOf(index) as AssignmentEntries | MemberEntry;
    const subject = compileSubject(key, context);
    if (!subject) continue;
    if (isGroup(subject, context)) {
      const group = compileGroupMember(key, subject, entry, written.keySpan(index), context);
      if (group) groupMembers.set(subject.id, group);
      continue;
    }
    let byId = members.get(subject.type);
    if (!byId) members.set(subject.type, (byId = new Map<string, Member>()));
    const first = byId.get(subject.id);
    if (first) {
      const message = `${quote(key)} is the member of line ${first.position.line} again`;
      context.report.onKey(
        'duplicate-member',
        [topKey, key],
        message,
        'write all roles of a member in one place, as a list',
      );
      continue;
    }
    const plain = typeof entry === 'string' ? compilePlain(subject, entry, written, index, context) : undefined;
    byId.set(subject.id, plain ?? compileMember(key, subject, entry, written.keySpan(index), context));
  }
  return { members, groupMembers };
}

/** What takes a millisecond or two when all of them are wrong. */
const membersPerStep = 512;

function topKeyOf({ list }: MembersContext): 'staff' | 'members' {
  return list === 'staff' ? 'staff' : 'members';
}

function compileSubject(key: string, context: MembersContext): SubjectId | undefined {
  const { catalog, report } = context;
  const subject = parseSubject(key, catalog.subjectTypes[0]);
  const problem = findSubjectProblem(subject, catalog);
  if (!problem || isGroup(subject, { catalog })) return subject;
  report.onKey(problem.code, [topKeyOf(context), key], problem.message, problem.help);
  return undefined;
}

function isGroup({ type }: SubjectId, { catalog }: Pick<MembersContext, 'catalog'>): boolean {
  return type === groupType && !catalog.subjectTypes.includes(groupType);
}

/** What is wrong with a subject as it was written in YAML or on the command line, if anything. */
export function findSubjectProblem(
  subject: SubjectId,
  catalog: Pick<Catalog, 'subjectTypes'>,
): { code: 'unknown-subject-type' | 'bad-subject'; message: string; help: string } | undefined {
  if (!catalog.subjectTypes.includes(subject.type)) {
    const near = nearest(subject.type, catalog.subjectTypes);
    const known = catalog.subjectTypes.map(quote).join(', ');
    const others = `known: ${known}; an id that has a colon of its own is written \`${catalog.subjectTypes[0]}:…\``;
    if (isGroup(subject, { catalog })) {
      const message = `${quote(formatSubject(subject, catalog.subjectTypes[0]))} is a group, and no subject that does something`;
      return { code: 'unknown-subject-type', message, help: 'name somebody who is in it' };
    }
    const help = near === undefined ? others : `did you mean ${quoteWhole(near)}?`;
    return { code: 'unknown-subject-type', message: `unknown subject type ${quote(subject.type)}`, help };
  }
  const fault = subjectIdFault(subject.id);
  if (fault === undefined) return undefined;
  const help =
    'a subject id is 1 to 256 characters that can be seen, each word of one script, without `"`, `(`, `)` or blanks at its ends';
  const which = subject.id === '' ? 'the subject id' : `the subject id ${quote(subject.id)}`;
  return { code: 'bad-subject', message: `${which} ${fault}`, help };
}

// Nearly everybody has one role, and nothing is wrong with it.
function compilePlain(
  subject: SubjectId,
  roleId: string,
  written: WrittenEntries,
  index: number,
  context: MembersContext,
): PlainMember | undefined {
  const role = context.findRole(roleId);
  if (!role || listOfRole(role) !== context.list) return undefined;
  return new PlainMember(subject, role, written.keySpan(index), written.valueSpan(index));
}

function compileMember(
  key: string,
  subject: SubjectId,
  entry: AssignmentEntries | MemberEntry,
  position: Span,
  context: MembersContext,
): Member {
  const path = [topKeyOf(context), key];
  const detailed = isMemberEntry(entry);
  const assignments = compileAssignments(detailed ? entry.roles : entry, detailed ? [...path, 'roles'] : path, context);
  const properties = detailed ? entry.properties : undefined;
  const [only] = assignments;
  const isPlain = only && assignments.length === 1 && !properties && isBare(only);
  if (isPlain) return new PlainMember(subject, only.role, position, only.position);
  return { subject, assignments, properties, position };
}

function compileGroupMember(
  key: string,
  subject: SubjectId,
  entry: AssignmentEntries | MemberEntry,
  position: Span,
  context: MembersContext,
): Member | undefined {
  const path = [topKeyOf(context), key];
  const { groups, report } = context;
  if (context.list === 'staff') {
    const message = `group ${quote(subject.id)} cannot be staff: groups belong to an organization`;
    report.onKey('bad-subject', path, message, 'list the people themselves, each with the role');
  }
  if (!groups) return undefined;
  if (!groups.byId.has(subject.id)) {
    const near = { text: subject.id, among: () => groups.byId.keys() };
    const help = groups.byId.size > 0 ? near : 'declare it under `groups` of the organization.yaml above';
    report.onKey('unknown-group', path, `the organization has no group ${quote(subject.id)}`, help);
    return undefined;
  }
  if (isMemberEntry(entry) && entry.properties) {
    const help = 'give properties to those who are in it';
    report.onKey('bad-value', [...path, 'properties'], `group ${quote(subject.id)} cannot have properties`, help);
  }
  const member = compileMember(key, subject, entry, position, context);
  for (const { role, position: at } of member.assignments) {
    if (role.holders === undefined) continue;
    const must = describeHolderCount(role.holders);
    const message = `a group cannot hold role ${quote(role.id)}, of which there must be ${must}`;
    report.at('wrong-holders', at, message, 'give it to somebody by name');
  }
  return member;
}

function isBare({ fromMs, untilMs, reason }: Assignment): boolean {
  return fromMs === undefined && untilMs === undefined && reason === undefined;
}

function isMemberEntry(entry: AssignmentEntries | MemberEntry): entry is MemberEntry {
  return typeof entry === 'object' && !Array.isArray(entry);
}

interface WrittenAssignment extends Assignment {
  readonly position: Span;
}

function compileAssignments(entries: AssignmentEntries, path: YamlPath, context: MembersContext): WrittenAssignment[] {
  if (typeof entries === 'string') return compileAssignment(entries, path, context);
  const found: WrittenAssignment[] = [];
  for (const [index, entry] of entries.entries()) {
    const entryPath = [...path, index];
    for (const assignment of compileAssignment(entry, entryPath, context)) {
      if (found.some((other) => other.role === assignment.role && overlap(other, assignment))) {
        const message = `role ${quote(assignment.role.id)} is given twice for the same time`;
        context.report.onValue(
          'duplicate-role',
          typeof entry === 'string' ? entryPath : [...entryPath, 'role'],
          message,
          'keep one, or give them times that do not overlap',
        );
      }
      found.push(assignment);
    }
  }
  return found;
}

function compileAssignment(
  entry: string | AssignmentEntry,
  path: YamlPath,
  context: MembersContext,
): WrittenAssignment[] {
  const detailed = typeof entry === 'string' ? undefined : entry;
  const rolePath = detailed ? [...path, 'role'] : path;
  const roleId = detailed?.role ?? (entry as string);
  const role = context.findRole(roleId);
  if (!role) context.reportUnknown(roleId, rolePath);
  const { fromMs, untilMs } = detailed ? compilePeriod(detailed, path, context.report) : always;
  if (!role) return [];
  if (listOfRole(role) !== context.list) reportSpan(role, rolePath, context);
  return [{ role, fromMs, untilMs, reason: detailed?.reason, position: context.report.valueSpan(rolePath) }];
}

type Period = Pick<Assignment, 'fromMs' | 'untilMs'>;

const always: Period = { fromMs: undefined, untilMs: undefined };

function compilePeriod(entry: AssignmentEntry, path: YamlPath, report: FileReport): Period {
  const fromMs = compileTime(entry.from, parseFrom, [...path, 'from'], report);
  const untilMs = compileTime(entry.until, parseUntil, [...path, 'until'], report);
  if (fromMs !== undefined && untilMs !== undefined && fromMs >= untilMs) {
    const message = `\`from: ${entry.from ?? ''}\` is not before \`until: ${entry.until ?? ''}\``;
    report.onValue('inverted-period', [...path, 'from'], message, 'a role must hold for some time; exchange the two');
  }
  return { fromMs, untilMs };
}

export const timeHelp = 'check the month, the day and the hour';

function compileTime(
  text: string | undefined,
  parse: (text: string) => number | undefined,
  path: YamlPath,
  report: FileReport,
): number | undefined {
  if (text === undefined) return undefined;
  const ms = parse(text);
  if (ms === undefined) report.onValue('bad-time', path, `${quote(text)} is no day or time that exists`, timeHelp);
  return ms;
}

function reportSpan(role: Role, path: YamlPath, { list, report }: MembersContext): void {
  const help = list === 'staff' ? staffHelp : spanHelp[role.spans];
  report.onValue('wrong-span', path, describeWrongSpan(role, list), help);
}

const staffHelp = 'choose a role with `spans: everything`';

const spanHelp: Readonly<Record<RoleSpan, string>> = {
  workspace: 'give it in the workspace, or choose a role with `spans: organization`',
  organization: 'give it under `members` of organization.yaml',
  memberships: 'give it under `members` of organization.yaml',
  everything: 'give it under `staff` of roles.yaml',
};

function overlap(left: Assignment, right: Assignment): boolean {
  const start = Math.max(left.fromMs ?? -Infinity, right.fromMs ?? -Infinity);
  const end = Math.min(left.untilMs ?? Infinity, right.untilMs ?? Infinity);
  return start < end;
}
