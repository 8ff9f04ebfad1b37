import type { SubjectId } from '../subject.ts';

/** A plain value of an attribute: an attribute is written down when it is one, or a list of them. */
export type PlainAttribute = string | number | boolean | null;

/** The attributes of a request that a line has, by their path: `resource.owner`. */
export type LoggedAttributes = Readonly<Record<string, PlainAttribute | readonly PlainAttribute[]>>;

/** A decision as the decision log has it. `schemas/decision-line.schema.json` says the same, and docs/decision-log.md what each means. */
export interface DecisionLine {
  /** When it was decided, RFC 3339. */
  readonly time: string;
  /** Unique over sidecars and restarts. */
  readonly id: string;
  /** The revision that decided. */
  readonly revision: string;
  readonly subject: SubjectId;
  /** Where it was asked: a workspace, or in its place an organization itself. Names are those that the request used. */
  readonly workspace?: string | undefined;
  readonly organization?: string | undefined;
  readonly permission: string;
  /** The scopes that the request named. */
  readonly scope?: readonly string[] | undefined;
  /** The scope word of the cell that decided, named or found: `shared`, `self+team`. Missing where the permission has no scopes, or none was found. */
  readonly foundScope?: string | undefined;
  readonly decision: boolean;
  /** A `ReasonCode`, or one of a later version; `granted` is the only one that allows. */
  readonly reason: string;
  /** The role that granted or denied, or whose time is over or to come. */
  readonly role?: string | undefined;
  /** The group by which the subject holds that role; missing where it holds it itself. */
  readonly group?: string | undefined;
  /** What the request had of the attributes that `--decision-log-attributes` names and the permission looks up. Missing: none is named, or looked up. */
  readonly attributes?: LoggedAttributes | undefined;
  /** The paths of those that the request had, and that are too large or not plain. */
  readonly attributesLeftOut?: readonly string[] | undefined;
  /** The id that the caller gave its request. */
  readonly request?: string | undefined;
}
