import type { EditGround } from '../../compile/edit/edit-ground.ts';
import type { UsageReview } from '../../review/usage/review-usage.ts';

/** A review, and what is needed to tell it. */
export interface ReviewOutcome {
  readonly review: UsageReview;
  /** The files that findings are taken out of. */
  readonly ground: EditGround;
  readonly display: (file: string) => string;
}
