import { limits } from '../../policy/limits.ts';
import type { JudgedData } from '../../review/changes/judged-data.ts';
import type { ChangeAnswer, ToldAnswer, ToldJudgement } from './asked-change.ts';

/** Writes out what was judged, where it was. */
export function tellAnswer(answer: ChangeAnswer): ToldAnswer {
  switch (answer.kind) {
    case 'judged':
      return { ...answer, data: tellJudgement(answer.data) };
    case 'written': {
      const { data, ...rest } = answer;
      return data ? { ...rest, data: tellJudgement(data) } : rest;
    }
    case 'refused': {
      const { data, ...rest } = answer;
      return data ? { ...rest, data: tellJudgement(data) } : rest;
    }
  }
}

function tellJudgement({
  problems,
  tests,
  effect,
  escalations,
  affected,
  confirm,
  etags,
  patch,
  sees,
}: JudgedData): ToldJudgement {
  const text = JSON.stringify({ tests, effect, escalations, affected, confirm, etags, patch, sees });
  const isFit = Buffer.byteLength(text) <= limits.answerBytes;
  return { problems: problems.slice(0, limits.toldProblems), text: isFit ? text : undefined };
}
