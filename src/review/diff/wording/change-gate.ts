import { GrantTable, type GrantResolution } from '../../../compile/file/grant-table.ts';
import { suggest } from '../../../compile/words/suggest.ts';
import type { Catalog } from '../../../policy/catalog.ts';
import { idPatterns } from '../../../policy/ids.ts';
import { formatCell } from '../../../policy/permission.ts';
import { RolebookError } from '../../../policy/errors.ts';
import type { AccessChange, PolicyDifference } from '../matching/policy-difference.ts';

/** A kind of change that must not happen unseen: `gained`, `lost:billing:*`, `escalation`. */
export interface ChangeGate {
  /** As it was written. */
  readonly text: string;
  readonly kind: AccessChange['kind'] | 'escalation';
  /** Undefined: any permission. */
  readonly pattern: string | undefined;
}

/** A gate and what it found. */
export interface GateResult {
  readonly gate: ChangeGate;
  /** Who gains or loses, each counted once; for `escalation`, the ways that are open now. */
  readonly found: number;
  /** Notices that nobody can judge: a request may be decided otherwise. */
  readonly uncertain: number;
  /** Whether it is about a permission in a scope; always, when it names none. */
  readonly isAbout: (name: string) => boolean;
}

export function parseGate(text: string): ChangeGate {
  if (text === 'gained' || text === 'lost' || text === 'escalation') return { text, kind: text, pattern: undefined };
  const colon = text.indexOf(':');
  const [kind, pattern] = [text.slice(0, colon), text.slice(colon + 1)];
  if ((kind === 'gained' || kind === 'lost') && idPatterns.grant.test(pattern)) return { text, kind, pattern };
  const help =
    kind === 'gained' || kind === 'lost'
      ? `behind \`${kind}:\` stands what a grant names: \`resource:action\`, \`resource:action@scope\`, \`resource:*\` or \`*@scope\``
      : 'it takes `gained`, `lost`, `escalation`, or one of the first two with a permission, as in `gained:billing:*`';
  throw new RolebookError('usage', `\`--fail-on\` cannot be \`${text}\``, { help });
}

/** Holds a difference against a gate. What may be decided otherwise counts as found: a gate fails closed. */
export function judgeGate(
  gate: ChangeGate,
  difference: PolicyDifference,
  catalogs: readonly Catalog[],
  escalations: number,
): GateResult {
  if (gate.kind === 'escalation') return { gate, found: escalations, uncertain: 0, isAbout: () => false };
  const wanted = gate.pattern === undefined ? undefined : namesOf(gate, gate.pattern, catalogs);
  const isAbout = (name: string): boolean => wanted === undefined || wanted.has(name);
  const subjects = new Set<string>();
  for (const { kind, permissions, subjects: who } of difference.changes) {
    if (kind === gate.kind && permissions.some(isAbout)) for (const subject of who) subjects.add(subject);
  }
  const uncertain = difference.notices.filter(({ mayDecideOtherwise }) => mayDecideOtherwise.some(isAbout)).length;
  return { gate, found: subjects.size, uncertain, isAbout };
}

export function isClosed({ found, uncertain }: GateResult): boolean {
  return found + uncertain > 0;
}

/** The cells a gate is about, in either catalog: a permission that is gone can still be lost. */
function namesOf(gate: ChangeGate, pattern: string, catalogs: readonly Catalog[]): ReadonlySet<string> {
  const names = new Set<string>();
  let fault: Exclude<GrantResolution, { grantables: unknown }> | undefined;
  for (const { permissions, scopes } of catalogs) {
    // A gate is closed by what is under its wildcard by either id.
    const under = [...permissions.values()].filter(({ resource }) => pattern === `${resource}:*`);
    for (const { cells } of under) for (const cell of cells) names.add(formatCell(cell));
    const resolution = new GrantTable(permissions, [...scopes.keys()]).resolve(pattern);
    if (!('grantables' in resolution)) fault = resolution;
    else for (const { cells } of resolution.grantables) for (const cell of cells) names.add(formatCell(cell));
  }
  if (names.size > 0 || !fault) return names;
  const { message } = fault;
  const help = typeof fault.help === 'string' ? fault.help : suggest(fault.help.text, fault.help.among());
  throw new RolebookError('usage', `\`--fail-on ${gate.text}\`: ${message}`, help === undefined ? {} : { help });
}
