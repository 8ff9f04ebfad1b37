import { createHash } from 'node:crypto';

const text = JSON.stringify(
  Array.from({ length: 200 }, (_, index) => ({
    id: `user-${index}@acme.example`,
    roles: [`role-${index % 8}`, 'member'],
  })),
);
const turns = 100;

/**
 * Milliseconds that a fixed piece of work takes here and now: JSON there and back, and hashing, some 20 ms. Times and rates
 * are told beside it, so that they say something on another machine, and in an hour in which this one is slower.
 */
export function timeFixedWork(): number {
  const startedAt = performance.now();
  let digest = '';
  for (let turn = 0; turn < turns; turn += 1) {
    const copy = JSON.stringify(JSON.parse(text));
    digest = createHash('sha256').update(digest).update(copy).digest('hex');
  }
  if (digest.length !== 64) throw new Error('a digest has 64 digits');
  return performance.now() - startedAt;
}

/** The first runs are slower: the compiler is not done. */
export function warmFixedWork(): void {
  for (let turn = 0; turn < 10; turn += 1) timeFixedWork();
}
