import type { HeldRole } from './edits.ts';
import type { Sight } from './sight.ts';
import type { SignInWay, Subject } from './types.ts';

/** One share of an effect: these people gain or lose these permissions. */
export interface EffectShare {
  readonly workspace?: string;
  readonly organization?: string;
  readonly subjects: readonly string[];
  readonly permissions: readonly string[];
  readonly from?: string;
  readonly until?: string;
}

export interface Affected {
  readonly workspace?: string;
  readonly organization?: string;
  readonly subject: string;
  readonly roles: readonly string[];
  readonly lost: readonly {
    readonly permissions: readonly string[];
    readonly from?: string;
    readonly until?: string;
  }[];
}

export interface FailedTest {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  readonly failures?: readonly {
    readonly subject?: string;
    readonly expect?: 'allow' | 'deny';
    readonly permission?: string;
  }[];
}

/** What a change comes to; a refusal has the same. */
export interface Judgement {
  readonly revision?: string;
  readonly change?: string;
  readonly problems?: readonly { readonly message: string; readonly file?: string; readonly line?: number }[];
  readonly tests?: { readonly passed: number; readonly failed: readonly FailedTest[] };
  readonly effect?: {
    readonly people: number;
    readonly gained: readonly EffectShare[];
    readonly lost: readonly EffectShare[];
  };
  readonly escalations?: readonly string[];
  readonly affected?: readonly Affected[];
  readonly confirm?: string;
  readonly etags?: readonly (string | null)[];
  readonly patch?: string;
  readonly written?: { readonly branch?: string; readonly page?: string };
  readonly sees?: Sight;
}

export interface MadeChange {
  readonly change: string;
  readonly at: string;
  readonly actor: Subject;
  readonly reason?: string;
  readonly reverts?: string;
  readonly edits: readonly ListedEdit[];
  readonly revision?: string;
  readonly people?: number;
  readonly written: { readonly files?: readonly string[]; readonly commit?: string };
}

/** An edit of a change that was made, of whatever kind. */
export interface ListedEdit {
  readonly edit: string;
  readonly workspace?: string;
  readonly role?: string;
  readonly from?: string;
  readonly to?: string;
  readonly title?: string;
  readonly description?: string;
  readonly as?: string;
  readonly subject?: string;
  readonly allow?: readonly string[];
  readonly disallow?: readonly string[];
  readonly always?: readonly string[];
  readonly spelled?: readonly string[];
  readonly grants?: readonly string[];
  readonly extends?: readonly string[];
  readonly roles?: readonly (HeldRole | string)[];
  readonly organization?: string;
  readonly group?: string;
  readonly subjects?: readonly string[];
}

export interface Changes {
  readonly changes: readonly MadeChange[];
  readonly next?: string;
}

/** A refusal: application/problem+json, with what a judgement has where it was judged. */
export interface ProblemDocument extends Judgement {
  readonly code: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly pointer?: string;
  readonly id?: string;
  readonly way?: SignInWay;
  readonly now?: { readonly etag: string; readonly text?: string };
}
