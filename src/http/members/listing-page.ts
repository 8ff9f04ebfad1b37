import { limits } from '../../policy/limits.ts';
import { type Answer, textAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import type { Asking } from './asking.ts';

/** How many are asked for at once; `mostListed` when nobody says. */
export function readLimit(query: URLSearchParams, mostListed: number, byDefault = mostListed): number {
  const text = query.get('limit');
  if (text === null) return byDefault;
  const limit = Number(text);
  if (/^\d{1,9}$/.test(text) && limit >= 1 && limit <= mostListed) return limit;
  throw new ApiProblem('invalid-request', `\`limit\` is a whole number from 1 to ${mostListed}`);
}

/** A question for names, which are in an order of their own. */
export interface AskedNames {
  readonly query: URLSearchParams;
  readonly limit: number;
  readonly asking: Asking;
}

/** The work for a page of names: nearly always a few dozen. */
export const ofNames = { length: 'short', bytes: 0 } as const;

/** What of a list comes after the name that `next` of the page before said. */
export function itemsAfter<Item>(
  items: readonly Item[],
  query: URLSearchParams,
  nameOf: (item: Item) => string,
): readonly Item[] {
  const after = query.get('after');
  if (after === null) return items;
  const index = items.findIndex((item) => nameOf(item) === after);
  if (index >= 0) return items.slice(index + 1);
  const detail = '`after` is what `next` of the page before said, percent-encoded; if that is gone since, begin anew';
  throw new ApiProblem('invalid-request', detail);
}

/** A list of an answer, and what stands beside it. */
export interface Listing<Item> {
  readonly name: string;
  /** What comes before the list, and after it. */
  readonly head: object;
  readonly tail?: object;
  readonly items: readonly Item[];
  readonly limit: number;
  readonly describe: (item: Item) => object;
  /** What `after` of the next page is, when this is the last of a page. */
  readonly cursorOf: (item: Item) => string;
}

/** Writes a page, one item a step. It ends where it gets too long, but for one item, which it always has. */
export function* answerPage<Item>(listing: Listing<Item>): Generator<void, Answer> {
  const { name, head, tail = {}, items, limit, describe, cursorOf } = listing;
  const texts: string[] = [];
  let bytes = 0;
  for (const item of items) {
    if (texts.length === limit) break;
    const text = JSON.stringify(describe(item));
    bytes += Buffer.byteLength(text);
    if (texts.length > 0 && bytes > limits.pageBytes) break;
    texts.push(text);
    yield;
  }
  const last = texts.length < items.length ? items[texts.length - 1] : undefined;
  const rest = JSON.stringify({ ...(last && { next: cursorOf(last) }), ...tail }).slice(1);
  const start = JSON.stringify(head).slice(0, -1);
  return textAnswer(
    200,
    'application/json',
    `${start}${start === '{' ? '' : ','}"${name}":[${texts.join(',')}]${rest === '}' ? '' : ','}${rest}`,
  );
}
