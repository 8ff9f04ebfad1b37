import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import type { DecisionLine } from '../../policy/decision-log/decision-line.ts';
import type { EnforceRequest, ReasonCode } from '../../policy/decision.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import { parseRevision } from '../../policy/text/revision-text.ts';

/** The answer to a question of the past by another policy. */
export type ReplayedLine =
  | { readonly kind: 'same' }
  | { readonly kind: 'different'; readonly reason: ReasonCode; readonly request: EnforceRequest; readonly atMs: number }
  /** `attributes`: it depends on some that the line does not have. `members`: memberships of a database had a say then. */
  | { readonly kind: 'unknown'; readonly why: 'attributes' | 'members' }
  /** It says nothing about the policy: that was too old, or the decision failed. */
  | { readonly kind: 'passing' };

export interface ReplayOptions {
  /** What everything is decided as of; undefined: each line as of its own time. */
  readonly atMs?: number | undefined;
  /** Where attributes are missing the scope that was found then is taken for the one of now. */
  readonly scopes?: 'as-found' | 'by-attributes';
}

const passing: ReplayedLine = { kind: 'passing' };
const same: ReplayedLine = { kind: 'same' };

/** A decider of lines of the past, by the policy of an engine. What a line does not tell is never guessed. */
export class LineReplay {
  readonly #engine: CasbinEngine;
  readonly #options: ReplayOptions;

  constructor(engine: CasbinEngine, options: ReplayOptions = {}) {
    this.#engine = engine;
    this.#options = options;
  }

  /** `lineMs` is when the line was decided. */
  judge(line: DecisionLine, lineMs: number): ReplayedLine {
    if (line.reason === 'stale-policy' || line.reason === 'error') return passing;
    const atMs = this.#options.atMs ?? lineMs;
    // Nearly always it is the same answer whatever the attributes are, which take as long to lay out as the rest.
    const bare = questionOf(line);
    const first = this.#engine.decide(bare, atMs);
    if (first !== 'missing-attribute' && (first === 'granted') === line.decision) return same;
    const request = withAttributes(bare, line.attributes);
    const reason = request === bare ? first : this.#engine.decide(request, atMs);
    if (reason === 'missing-attribute') return this.#judgeFound(line, request, atMs);
    return this.#compare(line, reason, request, atMs);
  }

  // All that could be was decided, and came to different answers.
  #judgeFound(line: DecisionLine, request: EnforceRequest, atMs: number): ReplayedLine {
    const { foundScope, reason: before, revision } = line;
    const isSamePolicy = parseRevision(revision)?.policy === this.#engine.policy.revision;
    if (isSamePolicy && before === 'missing-attribute') return same;
    const isTaken = isSamePolicy || this.#options.scopes === 'as-found';
    if (foundScope === undefined || !isTaken) return { kind: 'unknown', why: 'attributes' };
    const scoped = { ...request, scopes: foundScope.split('+') };
    const reason = this.#engine.decide(scoped, atMs);
    if (reason === 'unknown-scope') return { kind: 'unknown', why: 'attributes' };
    return this.#compare(line, reason, scoped, atMs);
  }

  #compare(line: DecisionLine, reason: ReasonCode, request: EnforceRequest, atMs: number): ReplayedLine {
    if ((reason === 'granted') === line.decision) return same;
    // Rows that are not known here may give more than the files do, or take what they give.
    if (parseRevision(line.revision)?.kind === 'database') return { kind: 'unknown', why: 'members' };
    return { kind: 'different', reason, request, atMs };
  }
}

function questionOf({ subject, workspace, organization, permission, scope }: DecisionLine): EnforceRequest {
  return {
    subjectType: subject.type,
    subjectId: subject.id,
    workspace: workspace ?? undefined,
    organization: organization ?? undefined,
    permission,
    scopes: scope ?? undefined,
  };
}

/** The question with the attributes that the log has. */
function withAttributes(asked: EnforceRequest, attributes: DecisionLine['attributes']): EnforceRequest {
  // Collectors that fill every column write `null`.
  if (!isJsonObject(attributes)) return asked;
  const { resource, context, subject: known } = nest(attributes);
  const properties = known?.['properties'] as JsonObject | undefined;
  return { ...asked, resource, context, ...(properties && { subjectProperties: properties }) };
}

type Nested = Record<string, JsonValue>;

/** Paths as the objects that they lead through. None has a prototype: a name in a path may be any. */
function nest(attributes: NonNullable<DecisionLine['attributes']>): Record<string, JsonObject | undefined> {
  const roots = Object.create(null) as Nested;
  for (const [path, value] of Object.entries(attributes)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let into = roots;
    for (const name of names) {
      const known = into[name];
      const next = isJsonObject(known) ? known : (Object.create(null) as Nested);
      into[name] = next;
      into = next;
    }
    into[last] = value;
  }
  return Object.fromEntries(Object.entries(roots).filter(([, value]) => isJsonObject(value))) as Record<
    string,
    JsonObject
  >;
}
