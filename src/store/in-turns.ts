import { setImmediate as nextTurn } from 'node:timers/promises';

// Of something that takes a microsecond, as many as nobody notices.
const itemsPerTurn = 1000;

/** Does something small for every item, and lets others have their turn now and then. */
export async function eachInTurns<Item>(items: Iterable<Item>, work: (item: Item) => void): Promise<void> {
  let done = 0;
  for (const item of items) {
    work(item);
    done += 1;
    if (done % itemsPerTurn === 0) await nextTurn();
  }
}
