import type { Permission } from './permission.ts';
import type { JsonObject } from './text/json.ts';
import type { Workspace } from './policy-set.ts';
import type { Position } from './position.ts';
import type { Role } from './role.ts';
import type { SubjectId } from './subject.ts';

/**
 * The subject that a policy test asks as: a member as the policy has them, or somebody who would hold just these roles.
 */
export type TestSubject =
  | { readonly kind: 'member'; readonly subject: SubjectId; readonly label: string }
  | { readonly kind: 'roles'; readonly roles: readonly Role[]; readonly label: string };

/** One question an assertion asks. Scopes undefined: they are found from `when`, as for a request. */
export interface TestQuestion {
  readonly permission: Permission;
  readonly scopes: readonly string[] | undefined;
}

/** One line under `can` or `cannot`, its wildcard expanded. */
export interface TestAssertion {
  readonly expect: 'allow' | 'deny';
  /** As written: `tag:*`, `message:send@shared`. */
  readonly text: string;
  readonly questions: readonly TestQuestion[];
  readonly position: Position;
}

export interface PolicyTest {
  readonly name: string;
  /** Where it asks; for a test of an organization, the organization itself. */
  readonly workspace: Workspace;
  /** Of a test that asks the organization itself. */
  readonly organization: string | undefined;
  readonly subjects: readonly TestSubject[];
  readonly resource: JsonObject | undefined;
  readonly context: JsonObject | undefined;
  readonly properties: JsonObject | undefined;
  /** In place of what the organization has set. */
  readonly organizationProperties: JsonObject | undefined;
  readonly assertions: readonly TestAssertion[];
  readonly position: Position;
}

/** One `*.test.yaml` file, understood. */
export interface PolicyTestFile {
  readonly file: string;
  /** The frozen clock, milliseconds since 1970 UTC; undefined: the real one. */
  readonly nowMs: number | undefined;
  readonly tests: readonly PolicyTest[];
}
