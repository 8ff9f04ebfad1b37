/** What a run of the benchmark is to do. */
export type Task =
  | { readonly kind: 'engines' }
  | { readonly kind: 'rivals'; readonly plan: 'full' | 'quick' }
  | { readonly kind: 'against'; readonly ref: string; readonly plan: 'full' | 'short' };

/** Words on the command line that make no task: the exit code is 2. */
export class WrongUsage extends Error {}

export const usage = `npm run bench                             rolebook beside its rivals
npm run bench -- --quick                  the same in a minute, of less
npm run bench -- --engines                decisions in one process, beside CASL and Cedar
npm run bench -- --against REF            these files beside those of a commit
npm run bench -- --against REF --short    the same in four minutes`;

const options: readonly string[] = ['--quick', '--engines', '--against', '--short'];

/** Reads what stands after `npm run bench --`. */
export function parseArguments(words: readonly string[]): Task {
  const flags = new Set<string>();
  let ref: string | undefined;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (flags.has(word)) throw new WrongUsage(`\`${word}\` is given twice`);
    if (!options.includes(word)) {
      throw new WrongUsage(`\`${word}\` is none of its options`);
    }
    flags.add(word);
    if (word !== '--against') continue;
    index += 1;
    ref = words[index];
    if (ref === undefined || ref === '' || ref.startsWith('-')) {
      throw new WrongUsage('`--against` needs a commit, a branch or a tag');
    }
  }
  if (flags.has('--engines')) {
    if (flags.size > 1) throw new WrongUsage('`--engines` is for itself');
    return { kind: 'engines' };
  }
  if (ref !== undefined) {
    if (flags.has('--quick')) throw new WrongUsage('`--quick` is for the rivals; `--against` has `--short`');
    return { kind: 'against', ref, plan: flags.has('--short') ? 'short' : 'full' };
  }
  if (flags.has('--short')) throw new WrongUsage('`--short` is for `--against`; the rivals have `--quick`');
  return { kind: 'rivals', plan: flags.has('--quick') ? 'quick' : 'full' };
}
