/** Queue of work that is done one piece after the other, in the order of asking, whatever becomes of those before. */
export type InOrder = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function inOrder(): InOrder {
  let latest: Promise<unknown> = Promise.resolve();
  return <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = latest.then(work);
    latest = result.catch(() => undefined);
    return result;
  };
}
