/** Work in pieces, each of which has no effect unless it comes to its end, and can be done again until then. */
export type Steps<T> = Generator<() => unknown, T, unknown>

export function* step<T>(run: () => T): Steps<T> {
  return (yield run) as T
}

export function runSteps<T>(steps: Steps<T>): T {
  let next = steps.next()
  while (!next.done) next = steps.next(next.value())
  return next.value
}

/** The same with each piece done by `attempt`. */
export async function runStepsWith<T>(steps: Steps<T>, attempt: (run: () => unknown) => Promise<unknown>): Promise<T> {
  let next = steps.next()
  while (!next.done) next = steps.next(await attempt(next.value))
  return next.value
}
