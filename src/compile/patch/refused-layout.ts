/** A layout that an edit does not understand, so that nothing is written. */
export class RefusedLayout extends Error {
  /** Where in the text, as it was before any change. */
  readonly offset: number;

  /** `message` is what was found there, as the end of a sentence. */
  constructor(offset: number, message: string) {
    super(message);
    this.name = 'RefusedLayout';
    this.offset = offset;
  }
}
