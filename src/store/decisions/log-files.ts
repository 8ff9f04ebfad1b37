/** Files with lines of decision logs, by how DuckDB reads them. */
export interface LogFiles {
  /** JSON lines, as they are or compressed. */
  readonly text: readonly string[];
  readonly parquet: readonly string[];
  /** Those of both that are on another machine, or in a store of objects. */
  readonly elsewhere: readonly string[];
}

/** Sorts names of files, patterns and URLs. */
export function sortLogFiles(files: readonly string[]): LogFiles {
  const isParquet = (file: string): boolean => file.toLowerCase().endsWith('.parquet');
  return {
    text: files.filter((file) => !isParquet(file)),
    parquet: files.filter(isParquet),
    elsewhere: files.filter(isElsewhere),
  };
}

export function isElsewhere(file: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(file);
}
