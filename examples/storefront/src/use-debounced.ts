import { useEffect, useRef } from 'react';

/** A function that calls the newest `action` once nothing has been asked for so many milliseconds, and one to call it off. */
export function useDebounced<Value>(action: (value: Value) => void, delayMs: number) {
  const latest = useRef(action);
  latest.current = action;
  const waiting = useRef<number | undefined>(undefined);
  const cancel = () => clearTimeout(waiting.current);
  useEffect(() => () => clearTimeout(waiting.current), []);
  const later = (value: Value) => {
    cancel();
    waiting.current = setTimeout(() => latest.current(value), delayMs);
  };
  return { later, cancel };
}
