import type { ProblemDocument } from '../api/judgement.ts';
import { isPassing } from '../api/preview.ts';
import { words } from '../words/words.ts';

/** Says that something cannot be saved, or that it cannot right now. */
export function refusedWords(refusal: ProblemDocument): string {
  return isPassing(refusal) ? words.effect.refusedNow : words.effect.refused;
}
