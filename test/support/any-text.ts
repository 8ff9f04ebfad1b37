import fc from 'fast-check';

const codePoint = fc.oneof(
  { arbitrary: fc.integer({ min: 0x20, max: 0x7e }), weight: 2 },
  { arbitrary: fc.integer({ min: 0, max: 0xd7ff }), weight: 3 },
  { arbitrary: fc.integer({ min: 0xe000, max: 0x10ffff }), weight: 3 },
);

/**
 * Texts of any code points that may stand in a text, as `unit: 'binary'` of fast-check draws them. That one first makes a map
 * of all million of them, which takes longer than whatever is drawn.
 */
export function anyText({ maxLength }: { readonly maxLength?: number } = {}): fc.Arbitrary<string> {
  const unit = codePoint.map((code) => String.fromCodePoint(code));
  return fc.string(maxLength === undefined ? { unit } : { unit, maxLength });
}
