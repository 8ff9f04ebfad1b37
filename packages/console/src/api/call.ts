import type { ProblemDocument } from './judgement.ts';
import type { SignInWay } from './types.ts';

/** A refusal of the sidecar, or that it did not answer. */
export class CallFailed extends Error {
  readonly problem: ProblemDocument;

  constructor(problem: ProblemDocument) {
    super(problem.detail ?? problem.title);
    this.name = 'CallFailed';
    this.problem = problem;
  }

  get code(): string {
    return this.problem.code;
  }
}

/** The problem of an error, whatever it is. */
export function problemOf(error: unknown): ProblemDocument {
  if (error instanceof CallFailed) return error.problem;
  return { code: 'no-answer', title: 'The sidecar did not answer', status: 0 };
}

/** How people sign in, where a call was refused because nobody is. */
export function wayOf(error: unknown): SignInWay {
  return problemOf(error).way ?? 'try';
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof CallFailed && codes.includes(error.code);
}

/** What went wrong, in a sentence without the quotes of programs. */
export function detailOf(error: unknown): string {
  const { detail, title } = problemOf(error);
  return (detail ?? title).replaceAll('`', '');
}

interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The ones who want to know when a call is refused because nobody is signed in any more. */
const signedOutListeners = new Set<() => void>();

export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

/** Asks the sidecar, for whoever is signed in. */
export async function call<Answer>(
  path: string,
  { method = 'GET', body, headers, signal }: Call = {},
): Promise<Answer> {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: {
      // Says that a page of ours calls, which no other site can.
      'X-Rolebook-Session': 'page',
      ...(body && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new CallFailed(problemOf(error));
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer as Answer;
  const problem = readProblem(answer, response.status);
  if (problem.code === 'signed-out') for (const listener of signedOutListeners) listener();
  throw new CallFailed(problem);
}

function readProblem(answer: unknown, status: number): ProblemDocument {
  const found = answer as Partial<ProblemDocument> | undefined;
  if (typeof found?.code === 'string') return { title: '', status, ...found, code: found.code };
  // A proxy that signs people in answers in its own words when that is over.
  if (status === 401) return { code: 'signed-out', title: 'Nobody is signed in', status, way: 'proxy' };
  return { code: 'no-answer', title: 'The sidecar did not answer', status };
}

/** A path whose parts are ids: each is encoded. */
export function pathOf(...parts: readonly string[]): string {
  return `/v1/${parts.map(encodeURIComponent).join('/')}`;
}

export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const known = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const text = new URLSearchParams(known).toString();
  return text === '' ? path : `${path}?${text}`;
}
