// SPDX-License-Identifier: Apache-2.0
/** Maybe — what is there at once where nothing has to be waited for: a promise for each of thousands of connections costs more than most answers do. */
export type Maybe<T> = T | Promise<T>;

/** Goes on at once where the value is there. */
export function after<T, R>(value: Maybe<T>, next: (value: T) => Maybe<R>): Maybe<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
