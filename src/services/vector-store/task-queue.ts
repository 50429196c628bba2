/** Runs tasks one after the other, in the order they were added; a failing one does not hold up the next. */
export interface TaskQueue {
  add<Result>(task: () => Promise<Result>): Promise<Result>;
}

export function createTaskQueue(): TaskQueue {
  let last: Promise<unknown> = Promise.resolve();
  return {
    add(task) {
      const result = last.then(task);
      last = result.catch(() => undefined);
      return result;
    },
  };
}
