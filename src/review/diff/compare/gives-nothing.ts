import type { JudgedChange } from './judge-share.ts';

/**
 * Whether a change lets nobody do what they may not do now, at whatever time, and opens no way to more. Where its effect is not
 * known it may.
 */
export function givesNothing(effect: Pick<JudgedChange, 'difference' | 'escalations'> | undefined): boolean {
  if (!effect || effect.escalations.opened.length > 0) return false;
  const { changes, notices } = effect.difference;
  return (
    changes.every(({ kind }) => kind === 'lost') && notices.every(({ mayDecideOtherwise: some }) => some.length === 0)
  );
}
