import { useEffect, useState } from 'react';

/** How long a page waits for what it can do without: drawing it once costs half of drawing it twice. */
const soonMs = 250;

/** Whether what a page can do without is still waited for. What does not come soon is added when it comes. */
export function useSoon(isPending: boolean): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), soonMs);
    return () => clearTimeout(timer);
  }, []);
  return isPending && !isOver;
}
