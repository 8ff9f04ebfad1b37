import type { AskedSight } from '../../review/access/sight.ts';
import type { AskedEdit, EditFault } from '../../review/changes/asked-edit.ts';
import type { JudgedData } from '../../review/changes/judged-data.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { BudgetGround, OverBudget } from '../../review/budget/over-budget.ts';
import type { Problem } from '../../policy/problem.ts';

/** A change that somebody asks for: edits made together, or another change undone. */
export interface AskedChange {
  readonly what:
    | { readonly kind: 'edits'; readonly edits: readonly AskedEdit[] }
    | { readonly kind: 'revert'; readonly change: string };
  /** Who makes it. */
  readonly actor: SubjectId;
  readonly reason: string | undefined;
  readonly caller: ChangeCaller;
  /** What the answer may be had by again, when it was lost on the way. */
  readonly idempotency: { readonly key: string; readonly digest: string } | undefined;
  /** Judged, and not made. */
  readonly isPreview: boolean;
  /** Where it is to be written, of the places that there are; undefined: the first of them. */
  readonly write?: ChangeMode | undefined;
  /** Of one that is only judged: through whose eyes what comes of it is looked at. */
  readonly sees?: AskedSight | undefined;
  /** How much of what was answered last it may change; undefined: whatever it changes. */
  readonly budget?: BudgetGround | undefined;
}

/** The places in which changes are written. */
export const changeModes = ['files', 'commit', 'propose', 'database'] as const;

export type ChangeMode = (typeof changeModes)[number];

/** The token that asks, which is another thing than the actor. */
export interface ChangeCaller {
  readonly name: string | undefined;
  /** The organizations it may reach; undefined: all. */
  readonly organizations: readonly string[] | undefined;
  /** Whether it may make and move whole places. */
  readonly mayProvision: boolean;
}

/** The place in which a change was written: files of the folder, a commit of its repository, a branch for a review. */
export type WrittenChange =
  | { readonly files: readonly string[] }
  | { readonly commit: string }
  | ProposedBranch
  /** Of a database. */
  | { readonly release: number }
  /** Of a database, where memberships at run time alone were changed. */
  | { readonly members: number };

/** A branch of its own that a change was pushed to, which is not live. */
export interface ProposedBranch {
  readonly branch: string;
  /** Where somebody opens a request for it; undefined: nobody knows what the pages of that server are called. */
  readonly page?: string;
  /** The server takes no push options, so it was pushed without them. */
  readonly withoutPushOptions?: true;
}

export function isProposed(written: WrittenChange): written is ProposedBranch {
  return 'branch' in written;
}

/** A change that was made, as it is listed. */
export interface ChangeHead {
  readonly change: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly actor: SubjectId;
  readonly caller?: string;
  readonly reason?: string;
  /** The change that it undid. */
  readonly reverts?: string;
  /** None of a commit that somebody made by hand. */
  readonly edits: readonly ListedEdit[];
  /** Of the policy that it made; undefined where it was made by hand. */
  readonly revision?: string;
  readonly written: WrittenChange;
  /** How many people gained or lost something. */
  readonly people?: number;
  /** Of a commit of a repository elsewhere, as the next two: who says to have made it. */
  readonly author?: { readonly name: string; readonly mail: string };
  readonly signature?: { readonly state: string; readonly signer?: string };
  /** The `Idempotency-Key` that it was asked for with. */
  readonly request?: string;
}

/** A change that was made here. */
export type MadeChange = ChangeHead & { readonly revision: string; readonly people: number };

/** An edit as it was asked for, and the organization that it is in. */
export type ListedEdit = AskedEdit & { readonly within?: string };

/** The reason why a change is not made. */
export interface ChangeRefusal extends Omit<EditFault, 'code' | 'kind' | 'edit'> {
  readonly edit?: number;
  readonly kind: EditFault['kind'] | 'unknown' | 'unavailable';
  readonly code: string;
  /** The policy that it would make, which changes more than may change at once. */
  readonly over?: OverBudget;
}

/** The outcome of asking for a change. */
export type ChangeAnswer<Data = JudgedData> =
  /** It may be made. Nothing was written: it was a preview, or all is so already. */
  | { readonly kind: 'judged'; readonly data: Data; readonly revision: string }
  /** `data` is not known of one that was made before and asked for again. */
  | {
      readonly kind: 'written';
      readonly head: MadeChange;
      readonly data?: Data;
      /** Members at run time get something back when it is published. */
      readonly givesBack?: true;
      /** The digest of the policy that it made, where a budget let it. */
      readonly weighed?: string;
    }
  | { readonly kind: 'refused'; readonly refusal: ChangeRefusal; readonly data?: Data };

/**
 * A judgement as it is told: written out where it was judged. It may name a hundred thousand people, and to take such a
 * value apart would keep a process from deciding.
 */
export interface ToldJudgement {
  /** The first of them. */
  readonly problems: readonly Problem[];
  /** An object as JSON that has the rest; undefined: it would be too large for an answer. */
  readonly text: string | undefined;
}

/** The outcome of asking for a change, as it is told. */
export type ToldAnswer = ChangeAnswer<ToldJudgement>;

/** A question for changes that were made; of each of these that is named. */
export interface ChangeFilter {
  readonly workspace?: string;
  readonly organization?: string;
  readonly role?: string;
  /** As it is written in YAML. */
  readonly subject?: string;
  /** A change; older ones are wanted. */
  readonly after?: string;
  /** RFC 3339, UTC: with it, or instead of a change, newer ones are not wanted. */
  readonly until?: string;
  readonly limit: number;
  readonly organizations: readonly string[] | undefined;
}

export interface ChangeList {
  readonly changes: readonly ChangeHead[];
  /** The last of these, where older ones follow. */
  readonly next: string | undefined;
  /** When the change that older ones are wanted of was made, where it is one of these; in the order of the list. */
  readonly afterAt?: string | undefined;
}

/** The desk where changes are asked for, whatever becomes of them. */
export interface ChangeDesk {
  /** Where changes may be written; the first where nobody says which. */
  readonly modes: readonly ChangeMode[];
  /** Answered when what was written is live. */
  ask(change: AskedChange): Promise<ToldAnswer>;
  list(filter: ChangeFilter): Promise<ChangeList>;
}
