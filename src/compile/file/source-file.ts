/** A file of the policy directory, as somebody read it. Paths are relative to the directory, with forward slashes. */
export type SourceFile =
  | { readonly path: string; readonly content: Uint8Array }
  /** It is there and could not be read; `fault` says why, as the end of a sentence. */
  | { readonly path: string; readonly fault: string; readonly help?: string };
