import type { PolicySet } from '../../policy/policy-set.ts';
import { formatPosition } from '../../policy/position.ts';
import { roleKey } from '../../policy/role.ts';
import { formatSubject, type SubjectId } from '../../policy/subject.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import { placeNameOf } from '../../review/access/access-places.ts';
import type { AllowedPermission } from '../../review/access/allowed-permission.ts';
import type { RoleOfPlace } from '../../review/access/given-role.ts';
import type { PlaceAccess } from '../../review/access/subject-access.ts';
import type { Paint } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import type { ReportSurroundings } from '../report/report-surroundings.ts';
import { wrapLine } from '../report/wrap-text.ts';
import { inColumns } from './columns.ts';
import { givenAsJson, sayTime } from './given-words.ts';
import { limitingScopes, shortenPermissions } from './grant-words.ts';
import { isEverywhere, PlaceWords, putTogether } from './place-words.ts';

/** The access of one subject, place by place. */
export interface AccessOutcome {
  readonly policy: PolicySet;
  readonly subject: SubjectId;
  readonly atMs: number;
  readonly places: readonly PlaceAccess[];
  readonly display: (file: string) => string;
}

/** For people: the roles with their lines, and what they give; what is the same in several workspaces is told once. */
export function accessAsText(outcome: AccessOutcome, surroundings: ReportSurroundings): string[] {
  const { policy, places, display } = outcome;
  const { paint, width } = surroundings;
  const words = new PlaceWords(policy);
  const together = putTogether(
    places.map((access) => ({ place: access.place, found: access })),
    keyOfAccess,
    ({ roles }) => isEverywhere(roles.map(({ given }) => given)),
  );
  return together.flatMap(({ places: where, found }, index) => {
    const rows = found.roles.map((role) => roleRow(role, display));
    const lines = inColumns(rows, 2, width, (cell, column) => (column === 0 ? cell : paint.faint(cell)));
    const gives = giveLines(policy, found).map((line) => wrapLine(line, width, 6));
    return [
      ...(index === 0 ? [] : ['']),
      paint.bold(printable(words.describe(where))),
      ...lines,
      ...gives.map((line) => paintLead(line, paint)),
    ];
  });
}

/** For programs: each place by itself, with each permission and the lines behind it. */
export function accessAsJson({ policy, subject, atMs, places, display }: AccessOutcome): string {
  const document = {
    subject,
    at: formatInstant(atMs),
    places: places.map(({ place, roles, allowed }) => {
      const { kind, id } = placeNameOf(place);
      const company = place.organization.id;
      return {
        [kind]: id,
        ...(kind === 'workspace' ? { title: place.title } : {}),
        ...(kind === 'workspace' && company !== undefined ? { organization: company } : {}),
        roles: roles.map(({ given, time }) => ({ ...givenAsJson(given, display), spans: given.role.spans, time })),
        permissions: allowed.map((one) => describeAllowed(one, display)),
      };
    }),
    revision: policy.revision,
  };
  return JSON.stringify(document, undefined, 2);
}

/** One line for people. */
export function summarizeAccess({ policy, subject, places }: AccessOutcome): string {
  const name = formatSubject(subject, policy.catalog.subjectTypes[0]);
  const held = places.filter(({ roles }) => roles.some(({ time }) => time === 'holds')).length;
  if (places.length === 0) return `\`${name}\` has no role anywhere`;
  const where = places.length === 1 ? 'one place' : `${places.length} places`;
  const rest = places.length - held;
  const some = held === 0 ? 'and none of them' : `at ${rest === 1 ? 'one' : rest} of which none`;
  const idle = rest === 0 ? '' : `, ${some} holds now`;
  return `\`${name}\` has roles at ${where}${idle}`;
}

function describeAllowed(
  { name, scopes, isEverybodys, by }: AllowedPermission,
  display: (file: string) => string,
): Readonly<Record<string, unknown>> {
  const [permission] = name.permissions;
  return {
    permission: name.id,
    title: permission?.title ?? '',
    category: permission?.category ?? '',
    ...(scopes ? { scopes } : {}),
    everybody: isEverybodys,
    roles: by.map(({ role, scopes: held, origin: { file, line, column } }) => {
      return { role: role.id, ...(scopes ? { scopes: held } : {}), file: display(file), line, column };
    }),
  };
}

function roleRow({ given, time }: RoleOfPlace, display: (file: string) => string): readonly string[] {
  const { role, group, reason, position } = given;
  const by = group === undefined ? '' : `group ${group}`;
  const notes = [by, sayTime(given, time), reason ?? ''].filter((note) => note !== '').join('; ');
  const line = position ? formatPosition({ ...position, file: display(position.file) }) : 'given at run time';
  return [role.id, printable(role.title), printable(notes), printable(line)];
}

// What each role gives beyond what every member may; two roles may give the same, and then both say so.
function giveLines(policy: PolicySet, { roles, allowed }: PlaceAccess): string[] {
  const held = [...new Set(roles.filter(({ time }) => time === 'holds').map(({ given }) => given.role))];
  const own = held.flatMap((role) => {
    const given = allowed.flatMap((one) => {
      const by = one.by.find((each) => each.role === role);
      const scopes = by && limitingScopes(one, by.scopes);
      return by && !one.isEverybodys ? [{ id: one.name.id, scopes }] : [];
    });
    return describeGiving(policy, `${role.id} gives`, given);
  });
  const common = allowed.filter(({ isEverybodys }) => isEverybodys);
  const everybodys = common.map((one) => ({ id: one.name.id, scopes: limitingScopes(one) }));
  return [...own, ...describeGiving(policy, 'every member may', everybodys)];
}

interface Giving {
  readonly id: string;
  readonly scopes: readonly string[] | undefined;
}

function describeGiving({ catalog }: PolicySet, lead: string, given: readonly Giving[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { id, scopes } of given) {
    const key = scopes === undefined ? '' : ` only in ${scopes.join(', ')}`;
    groups.set(key, [...(groups.get(key) ?? []), id]);
  }
  return [...groups].map(([only, ids]) => `    ${lead}${only}: ${shortenPermissions(catalog, ids).join(', ')}`);
}

function paintLead(line: string, paint: Paint): string {
  const end = line.indexOf(': ');
  return end < 0 ? line : `${paint.faint(line.slice(0, end + 1))}${line.slice(end + 1)}`;
}

function keyOfAccess({ roles, allowed }: PlaceAccess): string {
  const given = roles.map(({ given: { role, group, fromMs, untilMs, position }, time }) => {
    return [roleKey(role), group, fromMs, untilMs, position?.file, position?.line, position?.column, time];
  });
  return JSON.stringify([given, allowed.map(({ name, scopes }) => [name.id, scopes])]);
}
