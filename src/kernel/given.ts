type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that a change names; those that it leaves out or leaves undefined stay as they are. */
export function given<T extends object>(changes: T): Given<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Given<T>;
}
