import { decidingRole } from '../../engine/decided-by.ts';
import type { RoleSet } from '../../engine/role-set.ts';
import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import type { MemberState } from '../../engine/member-state.ts';
import type { ReasonCode } from '../../policy/decision.ts';
import { limits } from '../../policy/limits.ts';
import type { Cell } from '../../policy/permission.ts';
import type { TakenAttributes } from './logged-attributes.ts';

/** A decision until its line is written: what is kept of it; not the request, whose attributes may be large and private. */
export interface DecisionRecord {
  readonly atMs: number;
  readonly number: number;
  readonly revision: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly workspace: string | undefined;
  readonly organization: string | undefined;
  readonly permission: string;
  readonly scopes: readonly string[] | undefined;
  readonly reason: ReasonCode;
  readonly other: OtherAnswer | undefined;
  readonly made: DecisionMaking | undefined;
  /** The end of its line, where that was written before. */
  readonly ending?: string;
  /** About what it takes in memory. */
  readonly bytes: number;
}

/** The answer of another policy to the same question. */
export interface OtherAnswer {
  readonly reason: ReasonCode;
  readonly revision: string;
}

/** The way a decision came about. */
export interface DecisionMaking {
  readonly engine: CasbinEngine;
  /** How many memberships had changed. */
  readonly changes: number;
  readonly roleSet: RoleSet | undefined;
  readonly cell: Cell | undefined;
  readonly member: MemberState | undefined;
  readonly attributes: TakenAttributes | undefined;
  readonly requestId: string | undefined;
}

/** The writer of the ends of lines: the decision, and how it came about. */
export class LineEndings {
  // What those with the same roles are told of a cell is the same, until there is another policy.
  #byRoleSet = new WeakMap<RoleSet, (string | undefined)[]>();
  #characters = 0;

  of(record: DecisionRecord): string {
    const { reason, made } = record;
    if (made === undefined) return `${plainEnding(reason)}}\n`;
    const { roleSet, cell, attributes, requestId } = made;
    const isRemembered =
      roleSet !== undefined && cell !== undefined && (reason === 'granted' || reason === 'not-granted');
    const ending = isRemembered ? this.#remembered(roleSet, cell, record, made) : describe(record, made);
    const group = made.engine.groups.areThere ? groupText(record, made) : '';
    return `${ending}${group}${attributes ? attributesText(attributes) : ''}${
      requestId === undefined ? '' : `,"request":"${requestId}"`
    }}\n`;
  }

  #remembered(roleSet: RoleSet, cell: Cell, record: DecisionRecord, made: DecisionMaking): string {
    let known = this.#byRoleSet.get(roleSet);
    if (!known || this.#characters > limits.rememberedCharacters) {
      if (this.#characters > limits.rememberedCharacters) this.forget();
      this.#byRoleSet.set(roleSet, (known = []));
    }
    const index = cell.index * 2 + (record.reason === 'granted' ? 1 : 0);
    const remembered = known[index];
    if (remembered !== undefined) return remembered;
    const text = describe(record, made);
    known[index] = text;
    // With what the list takes for those before it.
    this.#characters += text.length + 16 * (index + 1);
    return text;
  }

  forget(): void {
    this.#byRoleSet = new WeakMap();
    this.#characters = 0;
  }
}

const plainEndings = new Map<ReasonCode, string>();

function plainEnding(reason: ReasonCode): string {
  const known = plainEndings.get(reason);
  if (known !== undefined) return known;
  const ending = `"decision":${reason === 'granted'},"reason":"${reason}"`;
  plainEndings.set(reason, ending);
  return ending;
}

function describe({ reason, atMs }: DecisionRecord, made: DecisionMaking): string {
  const { cell } = made;
  const scope = cell && cell.scopes.length > 0 ? `"foundScope":${JSON.stringify(cell.scopeWord)},` : '';
  const by = decidingRole(made, reason, atMs);
  const role = by === undefined ? '' : `,"role":${JSON.stringify(by.role)}`;
  const group = by?.group === undefined ? '' : `,"group":${JSON.stringify(by.group)}`;
  return `${scope}${plainEnding(reason)}${role}${group}`;
}

function groupText(record: DecisionRecord, made: DecisionMaking): string {
  const { reason, atMs } = record;
  if (reason !== 'granted' && reason !== 'denied-by-role') return '';
  const { engine, changes } = made;
  // Somebody's memberships may have changed since, and then nobody knows any more.
  if (engine.groups.changes !== changes) return '';
  const by = decidingRole(made, reason, atMs);
  const group = by && engine.groups.behind(by.role, record, atMs);
  return group === undefined ? '' : `,"group":${JSON.stringify(group)}`;
}

function attributesText({ values, leftOut }: TakenAttributes): string {
  const members = values.map(([path, value]) => `${JSON.stringify(path)}:${JSON.stringify(value)}`).join();
  return `,"attributes":{${members}}${leftOut.length === 0 ? '' : `,"attributesLeftOut":${JSON.stringify(leftOut)}`}`;
}

export function formatOther({ reason, revision }: OtherAnswer): string {
  return `"shadow":{"revision":"${revision}","decision":${reason === 'granted'},"reason":"${reason}"},`;
}
