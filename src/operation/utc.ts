// SPDX-License-Identifier: Apache-2.0
/** UTC — instants (Unix milliseconds) as everything shows them that people read. */

/** `2026-01-31 12:00:00`. */
export function utc(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** `2026-01-31`. */
export function utcDay(at: number): string {
  return utc(at).slice(0, 10);
}

/** `12:00:00`. */
export function utcTime(at: number): string {
  return utc(at).slice(11);
}
