/** How many calls of models are under way in this isolate. Memory of this isolate alone. */

let calls = 0;

export function callsUnderWay(): number {
  return calls;
}

/** Counts a call for as long as it takes. */
export async function countedCall<T>(call: () => Promise<T>): Promise<T> {
  calls += 1;
  try {
    return await call();
  } finally {
    calls -= 1;
  }
}
