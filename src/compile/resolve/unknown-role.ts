import type { FlatRole } from '../file/compiled.ts';
import type { FileReport } from '../file/file-report.ts';
import { quote } from '../words/describe-value.ts';

/** `start` says who names it, as the start of a sentence; empty where the place says it. */
export function reportUnknownRole(
  start: string,
  id: string,
  path: readonly (string | number)[],
  context: {
    report: FileReport;
    above: ReadonlyMap<string, FlatRole>;
    retired: Readonly<Record<string, string>>;
    known: () => readonly string[];
    isIncomplete?: boolean | undefined;
  },
): void {
  if (Object.hasOwn(context.retired, id)) {
    const heir = findHeir(id, context.retired);
    const help = heir === undefined ? 'name a role that is there' : `its holders went to ${quote(heir)}`;
    const message = start === '' ? `role ${quote(id)} was retired` : `${start} the retired role ${quote(id)}`;
    context.report.onValue('unknown-role', path, message, help);
    return;
  }
  if (context.isIncomplete === true) return;
  const help = { text: id, among: () => [...context.above.keys(), ...context.known()] };
  context.report.onValue('unknown-role', path, `${start} unknown role ${quote(id)}`.trimStart(), help);
}

// The end of a chain of retired roles, unless it leads in circles.
function findHeir(id: string, retired: Readonly<Record<string, string>>): string | undefined {
  const passed = new Set<string>();
  let heir = id;
  while (Object.hasOwn(retired, heir)) {
    if (passed.has(heir)) return undefined;
    passed.add(heir);
    heir = retired[heir] ?? '';
  }
  return heir;
}
