import { open, type FileHandle } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSchemaCheck } from '../../compile/schema/json-schema.ts';
import { messageOf, RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import type { ReviewDocument } from '../../policy/review/review-document.ts';
import { isJsonObject } from '../../policy/text/json.ts';

const require = createRequire(import.meta.url);

/** A review that cannot be used, and why. The message names the file; `fault` says what is wrong, and nothing of what is in it. */
export class BrokenReview extends RolebookError {
  readonly fault: string;

  constructor(path: string, fault: string, shown = fault, cause?: unknown) {
    super('unavailable', `cannot use the review \`${path}\`: ${shown}`, { help: rightReview, cause });
    this.name = 'BrokenReview';
    this.fault = fault;
  }
}

const rightReview = 'it is what `rolebook review LOG --format json` writes; a new one in its place is read at once';

/** The file that a review is in, read anew whenever it is another one. */
export class ReviewFile {
  readonly #path: string;
  readonly #onBroken: (fault: BrokenReview) => void;
  #known: { readonly mark: string; readonly reading: Promise<ReviewDocument> } | undefined;
  #told: string | undefined;

  /** `onBroken` is told once of each way in which the file is broken. */
  constructor(path: string, onBroken: (fault: BrokenReview) => void) {
    this.#path = path;
    this.#onBroken = onBroken;
  }

  /** The review as the file has it now. Rejects with a BrokenReview. */
  async read(): Promise<ReviewDocument> {
    try {
      const review = await this.#read();
      this.#told = undefined;
      return review;
    } catch (error) {
      const broken = error instanceof BrokenReview ? error : this.#unreadable(error);
      if (this.#told !== broken.message) this.#onBroken(broken);
      this.#told = broken.message;
      throw broken;
    }
  }

  async #read(): Promise<ReviewDocument> {
    const file = await open(this.#path, 'r');
    try {
      const { mtimeMs, ctimeMs, size, ino } = await file.stat();
      const mark = [mtimeMs, ctimeMs, size, ino].join(' ');
      if (this.#known?.mark === mark) return await this.#known.reading;
      if (size > limits.reviewFileBytes) {
        const fault = `it has ${size} bytes, and ${limits.reviewFileBytes} are read at most`;
        throw new BrokenReview(this.#path, `${fault}; \`--organization\` and \`--workspace\` make it smaller`);
      }
      const reading = this.#parse(file);
      this.#known = { mark, reading };
      return await reading;
    } finally {
      await file.close();
    }
  }

  async #parse(file: FileHandle): Promise<ReviewDocument> {
    const text = await file.readFile('utf8');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new BrokenReview(this.#path, text.trim() === '' ? 'it is empty' : `it is no JSON${whereIn(text, cause)}`);
    }
    // A turn of its own, for a long one takes as long to check as to read.
    await nextTurn();
    const format = isJsonObject(value) ? value['format'] : undefined;
    if (format !== 'rolebook-review/1') {
      const found = format === undefined ? 'it says none' : `it says ${JSON.stringify(format).slice(0, 80)}`;
      throw new BrokenReview(
        this.#path,
        'its `format` is not `rolebook-review/1`',
        `its \`format\` is not \`rolebook-review/1\`: ${found}`,
      );
    }
    const [first] = reviewViolations(value, 'first');
    if (first) {
      const at = first.pointer === '' ? 'at the top' : `at ${first.pointer}`;
      throw new BrokenReview(this.#path, `what stands ${at} is not right`, `${at}: ${first.message}`);
    }
    return value as ReviewDocument;
  }

  #unreadable(cause: unknown): BrokenReview {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    return new BrokenReview(
      this.#path,
      isMissing ? 'there is no such file' : 'it cannot be read',
      messageOf(cause),
      cause,
    );
  }
}

// Of the place alone: what V8 says of it quotes the file.
function whereIn(text: string, cause: unknown): string {
  const offset = /at position (\d+)/.exec(messageOf(cause))?.[1];
  if (offset === undefined) return '';
  const lines = text.slice(0, Number(offset)).split('\n');
  return `, line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}

const reviewViolations = createSchemaCheck(require('../../../schemas/review.schema.json') as object);
