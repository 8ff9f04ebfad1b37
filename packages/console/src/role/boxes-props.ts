import type { Judgement } from '../api/judgement.ts';
import type { Row } from './draft/rows.ts';
import type { DraftState } from './draft/use-draft.ts';
import type { RoleParts } from './role-parts.ts';

/** What the boxes of a role work with. */
export interface BoxesProps extends RoleParts {
  readonly state: DraftState;
  readonly judgement: Judgement | undefined;
  /** Cells that may be turned on. */
  readonly movable: ReadonlySet<string>;
  readonly onMove: (cells: readonly string[], on: boolean) => void;
  readonly onUndo: (row: Row) => void;
}

/** What tells why a box is as it is. */
export interface WhyProps extends Omit<BoxesProps, 'onMove' | 'onUndo'> {
  readonly row: Row;
  readonly isStuck?: boolean;
}
