import { isJsonObject, type JsonObject } from '../../policy/text/json.ts';
import { lineFeedOf } from './text-splices.ts';
import { writeBlock, writeInline, writeScalar } from './yaml-writing.ts';

/**
 * Writes a new document: mappings at its top in lines of their own. From a file that it is to be like it has the line
 * ends, and the first line where that tells editors of a schema.
 */
export function writeDocument(data: JsonObject, like: string | undefined): string {
  const [first = ''] = (like ?? '').replace(/^\ufeff/, '').split(/\r?\n/);
  const head = first.startsWith(schemaLine) ? [first] : [];
  const lines = Object.entries(data).flatMap(([key, value]) =>
    isJsonObject(value) && Object.keys(value).length > 0
      ? [`${writeScalar(key)}:`, ...writeBlock(value, '  ')]
      : [`${writeScalar(key)}: ${writeInline(value)}`],
  );
  return [...head, ...lines, ''].join(lineFeedOf(like ?? ''));
}

const schemaLine = '# yaml-language-server:';
