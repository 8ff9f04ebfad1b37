import type { RequiredHolders } from '../../policy/role.ts';
import { listOf, type RoleEntry } from '../file/entries.ts';
import type { FlatRole } from '../file/compiled.ts';
import type { Grantable, GrantTable } from '../file/grant-table.ts';
import { quote } from '../words/describe-value.ts';
import type { FileReport } from '../file/file-report.ts';

/** What a role comes to grant, and from whom. */
interface FlatGrants {
  readonly granted: ReadonlyMap<Grantable, unknown>;
  readonly own: ReadonlyMap<Grantable, unknown>;
  readonly parents: readonly FlatRole[];
}

/**
 * The only roles that holders of a role hand out: what it says itself, else what those say that it has its control over
 * members from. So nobody gains by extending: a limit goes wherever the permission goes that it limits. Undefined, any
 * role, where its own grants or a role without a limit give it such a permission in all scopes.
 */
export function flattenAssigns(
  { assigns }: RoleEntry,
  { granted, own, parents }: FlatGrants,
  table: GrantTable,
): ReadonlySet<string> | undefined {
  if (assigns) return new Set(assigns);
  if (parents.every(({ role }) => role.assigns === undefined)) return undefined;
  const control = [...granted.keys()].filter(({ permission }) => permission.controls === 'members');
  const isUnlimited = (grantable: Grantable): boolean =>
    own.has(grantable) || parents.some((parent) => !parent.role.assigns && parent.granted.has(grantable));
  const permissions = new Set(control.map(({ permission }) => permission.id));
  if ([...permissions].some((id) => table.ofPermission(id).every(isUnlimited))) return undefined;
  const limits = parents.flatMap(({ role, granted: inherited }) =>
    role.assigns && control.some((grantable) => inherited.has(grantable)) ? [...role.assigns] : [],
  );
  return control.length === 0 ? undefined : new Set(limits);
}

interface AssignsContext {
  readonly report: FileReport;
  /** The roles that are seen besides. */
  readonly above: ReadonlyMap<string, FlatRole>;
  readonly reportUnknown: (start: string, id: string, path: readonly (string | number)[]) => void;
}

/** Tells of roles that `assigns` names and that are not there, and of a list that limits nothing. */
export function checkAssigns(
  entries: Readonly<Record<string, RoleEntry>>,
  flat: ReadonlyMap<string, FlatRole>,
  { report, above, reportUnknown }: AssignsContext,
): void {
  for (const [id, { assigns }] of Object.entries(entries)) {
    if (!assigns) continue;
    for (const [index, named] of listOf(assigns).entries()) {
      const path = ['roles', id, 'assigns', index];
      if (assigns.indexOf(named) !== index) {
        const message = `${quote(named)} stands twice in \`assigns\` of role ${quote(id)}`;
        report.onValue('duplicate-grant', path, message, 'keep one');
      } else if (!Object.hasOwn(entries, named) && !above.has(named)) {
        reportUnknown(`role ${quote(id)} assigns`, named, path);
      }
    }
    const role = flat.get(id)?.role;
    if (!role || role.rules.some(({ cell, effect }) => effect === 'allow' && cell.permission.controls === 'members')) {
      continue;
    }
    const message = `role ${quote(id)} hands out no role: it holds no permission with \`controls: members\``;
    report.onKey('assigns-nothing', ['roles', id, 'assigns'], message, 'grant it one, or take `assigns` away');
  }
}

/** `1`, or `"1+"`, as the schema has seen that it is. */
export function readHolders(written: number | string | undefined): RequiredHolders | undefined {
  if (written === undefined) return undefined;
  const least = Number.parseInt(String(written), 10);
  return { least, most: typeof written === 'string' ? undefined : least };
}
