import { limits } from '../../policy/limits.ts';
import { ApiProblem } from '../messages/api-problem.ts';

/** What there is too much of, in words that callers read. */
const causes = {
  bodies: 'the sidecar is receiving too many large bodies at once',
  answers: 'too many answers of the sidecar have not been read yet',
  work: 'the sidecar is working at too many long answers at once',
} as const;

/** Refuses what would go over a ceiling of the whole process. What is small is answered meanwhile. */
export function overloaded(cause: keyof typeof causes): ApiProblem {
  return new ApiProblem('overloaded', `${causes[cause]}; try again soon`, { headers: { 'Retry-After': '1' } });
}

export function answerTooLarge(): ApiProblem {
  const detail = `the answer would have more than ${limits.answerBytes} bytes; ask for less at once`;
  return new ApiProblem('answer-too-large', detail);
}
