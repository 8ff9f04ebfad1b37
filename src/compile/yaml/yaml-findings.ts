/** Something that plain data has no use for, found on the way. */
export interface YamlFault {
  readonly kind:
    | 'alias'
    | 'tag'
    | 'merge-key'
    | 'duplicate-key'
    | 'forbidden-key'
    | 'complex-key'
    | 'converted-key'
    | 'second-document'
    | 'bare-key'
    | 'inexact-number';
  readonly start: number;
  readonly end: number;
  readonly name: string;
  /** Of a duplicate key: where the first one stands. Of a bare one: where the text before it begins. */
  readonly firstStart?: number;
}

/** A value without quotes that YAML takes for another than stands there, or that only other readers of YAML do. */
export interface YamlConversion {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** A text: it is one to YAML 1.2, and a number to others. */
  readonly value: unknown;
}
