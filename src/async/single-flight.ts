/** Shares the work of callers that ask for the same thing at the same time. */
interface SingleFlight<T> {
  /**
   * Resolves or rejects as `compute` does; at most one computation per key runs at a time, and all its callers get the
   * very same value. Nothing is remembered afterwards, a failure least of all. Aborting `signal` rejects this caller
   * alone, with the signal's reason. The signal that `compute` gets is aborted once every caller has gone; whoever asks
   * after that starts afresh.
   */
  run(key: string, compute: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

interface Flight<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  callers: number;
}

export function createSingleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Flight<T>>();

  function forget(key: string, flight: Flight<T>): void {
    // A flight that everybody left may land after its successor took off.
    if (flights.get(key) === flight) flights.delete(key);
  }

  function start(key: string, compute: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    // The async function turns a synchronous throw of `compute` into a rejection.
    const result = (async () => compute(controller.signal))();
    const flight = { result, controller, callers: 0 };
    flights.set(key, flight);
    const land = () => forget(key, flight);
    // Also the handler of last resort: a computation that everybody left may fail without anyone listening.
    result.then(land, land);
    return flight;
  }

  return {
    run(key, compute, signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      const flight = flights.get(key) ?? start(key, compute);
      flight.callers += 1;
      if (signal === undefined) return flight.result;

      return new Promise<T>((resolve, reject) => {
        const leave = () => {
          flight.callers -= 1;
          if (flight.callers === 0) {
            forget(key, flight);
            flight.controller.abort(signal.reason);
          }
          reject(signal.reason);
        };
        signal.addEventListener('abort', leave, { once: true });
        flight.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
      });
    },
  };
}
