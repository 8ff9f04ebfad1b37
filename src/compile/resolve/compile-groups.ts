import type { Catalog } from '../../policy/catalog.ts';
import { PlainGroupedSubject } from '../../policy/membership/grouped-subject.ts';
import { indexGroups } from '../../policy/membership/group-index.ts';
import { groupType, noGroups, type Group, type GroupedSubject, type Groups } from '../../policy/policy-set.ts';
import { parseSubject } from '../../policy/subject.ts';
import type { OrganizationFile } from '../file/entries.ts';
import type { FileReport } from '../file/file-report.ts';
import { quote } from '../words/describe-value.ts';
import { findSubjectProblem } from './compile-members.ts';

/** Compiles what `organization.yaml` says under `groups`. */
export function compileGroups(entry: OrganizationFile, catalog: Catalog, report: FileReport): Groups {
  if (!entry.groups) return noGroups;
  if (catalog.subjectTypes.includes(groupType)) {
    const message = `\`groups\` cannot be used where ${quote(groupType)} is a subject type: \`${groupType}:…\` would mean both`;
    report.onKey('bad-value', ['groups'], message, 'give the subject type another name in roles.yaml');
    return noGroups;
  }
  return indexGroups(Object.entries(entry.groups).map(([id, texts]) => compileGroup(id, texts, catalog, report)));
}

/** Compiles which ids groups had: what was given at run time by one of them follows the group. */
export function compileFormerGroups(
  entry: OrganizationFile,
  { byId }: Groups,
  report: FileReport,
): ReadonlyMap<string, string> | undefined {
  const former = Object.entries(entry.formerGroups ?? {}).filter(([id, now]) => {
    const path = ['formerGroups', id];
    if (byId.has(id)) {
      const help = 'rename that one, or take the line away: what was given at run time would mean both';
      const what = id === now ? 'was called so itself' : `cannot have been ${quote(id)}, which is a group still`;
      report.onKey('former-id-in-use', path, `group ${quote(now)} ${what}`, help);
      return false;
    }
    if (byId.has(now)) return true;
    const near = { text: now, among: () => byId.keys() };
    report.onValue('unknown-group', path, `the organization has no group ${quote(now)}`, near);
    return false;
  });
  return former.length === 0 ? undefined : new Map(former);
}

function compileGroup(id: string, texts: readonly string[], catalog: Catalog, report: FileReport): Group {
  const path = ['groups', id];
  const spanOf = report.itemSpans(path);
  const subjects = new Map<string, Map<string, GroupedSubject>>();
  for (const [index, text] of texts.entries()) {
    const subject = parseSubject(text, catalog.subjectTypes[0]);
    const span = spanOf(index);
    if (subject.type === groupType) {
      const message = `group ${quote(id)} cannot hold ${quote(text)}: there are no groups within groups`;
      report.at('bad-subject', span, message, 'list those who are in it, or make both groups members');
      continue;
    }
    const problem = findSubjectProblem(subject, catalog);
    if (problem) {
      report.at(problem.code, span, problem.message, problem.help);
      continue;
    }
    const byId = subjects.get(subject.type) ?? new Map<string, GroupedSubject>();
    subjects.set(subject.type, byId);
    const first = byId.get(subject.id);
    if (first) {
      const message = `${quote(text)} is in group ${quote(id)} already, by line ${first.position.line}`;
      report.at('duplicate-member', span, message, 'take one of the two away');
    } else byId.set(subject.id, new PlainGroupedSubject(subject, span));
  }
  return { id, subjects, position: report.keySpan(path) };
}
