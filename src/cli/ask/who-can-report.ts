import type { PolicySet, Workspace } from '../../policy/policy-set.ts';
import { roleKey } from '../../policy/role.ts';
import { formatSubject } from '../../policy/subject.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import { placeNameOf } from '../../review/access/access-places.ts';
import type { AskedPermission } from '../../review/access/allowed-permission.ts';
import type { PermissionHolder } from '../../review/access/permission-holders.ts';
import { printable } from '../report/printable.ts';
import type { ReportSurroundings } from '../report/report-surroundings.ts';
import { inColumns } from './columns.ts';
import { givenAsJson, sayTime } from './given-words.ts';
import { limitingScopes } from './grant-words.ts';
import { isEverywhere, PlaceWords, putTogether, type FoundAt } from './place-words.ts';

/** The holders of a permission, place by place. */
export interface WhoCanOutcome {
  readonly policy: PolicySet;
  readonly asked: AskedPermission;
  readonly atMs: number;
  readonly holders: readonly FoundAt<PermissionHolder>[];
  readonly display: (file: string) => string;
}

/** For people: who it is the same for in several workspaces of a company is told once. */
export function whoCanAsText({ policy, holders }: WhoCanOutcome, { paint, width }: ReportSurroundings): string[] {
  const words = new PlaceWords(policy);
  const [firstType] = policy.catalog.subjectTypes;
  const sections = groupBy(
    putTogether(holders, keyOfHolder, ({ given }) => isEverywhere(given)),
    ({ places }) => JSON.stringify(places.map(({ id }) => id)),
  );
  return sections.flatMap((found, index) => {
    const heading = words.describe(found[0]?.places ?? []);
    const rows = found.map(({ found: holder }) => [
      printable(formatSubject(holder.subject, firstType)),
      rolesOf(holder),
      notesOf(holder),
    ]);
    const lines = inColumns(rows, 2, width, (cell, column) => (column === 0 ? cell : paint.faint(cell)));
    return [...(index === 0 ? [] : ['']), paint.bold(printable(heading)), ...lines];
  });
}

/** For programs: each place by itself, in the same order. */
export function whoCanAsJson({ policy, asked, atMs, holders, display }: WhoCanOutcome): string {
  const { name, scopes } = asked;
  const movedTo = name.permissions.map(({ id }) => id).filter((id) => id !== name.id);
  const document = {
    permission: name.id,
    ...(movedTo.length > 0 ? { movedTo } : {}),
    ...(scopes ? { scopes } : {}),
    at: formatInstant(atMs),
    holders: holders.map(({ place, found }) => describeHolder(place, found, display)),
    revision: policy.revision,
  };
  return JSON.stringify(document, undefined, 2);
}

/** One line for people: how many, and where. */
export function summarizeWhoCan({ asked, holders }: WhoCanOutcome): string {
  const subjects = new Set(holders.map(({ found: { subject } }) => `${subject.type}:${subject.id}`));
  const places = new Set(holders.map(({ place }) => place.id));
  const scopes = asked.scopes ? `@${[...asked.scopes].sort().join('+')}` : '';
  const what = `\`${asked.name.id}${scopes}\``;
  if (subjects.size === 0) return `nobody can ${what}`;
  const where = places.size === 1 ? 'one place' : `${places.size} places`;
  return `${subjects.size === 1 ? 'one' : subjects.size} can ${what}, at ${where}`;
}

function describeHolder(
  place: Workspace,
  { subject, allowed, given }: PermissionHolder,
  display: (file: string) => string,
): Readonly<Record<string, unknown>> {
  const { kind, id } = placeNameOf(place);
  return {
    [kind]: id,
    ...(kind === 'workspace' && place.organization.id !== undefined ? { organization: place.organization.id } : {}),
    subject,
    ...(allowed.scopes ? { scopes: allowed.scopes } : {}),
    everybody: allowed.isEverybodys,
    roles: given.map((one) => givenAsJson(one, display)),
  };
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

// Subjects with the same answer by the same roles of the same lines.
function keyOfHolder({ subject, allowed, given }: PermissionHolder): string {
  const roles = given.map(({ role, group, untilMs, position }) => {
    return [roleKey(role), group, untilMs, position?.file, position?.line, position?.column];
  });
  return JSON.stringify([subject.type, subject.id, allowed.scopes, allowed.isEverybodys, roles]);
}

function rolesOf({ given }: PermissionHolder): string {
  const names = given.map(({ role, group }) => (group === undefined ? role.id : `${role.id} (group ${group})`));
  return [...new Set(names)].join(', ');
}

function notesOf({ allowed, given }: PermissionHolder): string {
  const held = limitingScopes(allowed);
  const ends = given.every(({ untilMs }) => untilMs !== undefined) ? given.map((one) => sayTime(one, 'holds')) : [];
  return [
    ...(held ? [`only ${held.join(', ')}`] : []),
    ...(allowed.isEverybodys ? ['as every member'] : []),
    ...new Set(ends),
  ].join('; ');
}
