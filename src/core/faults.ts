// SPDX-License-Identifier: Apache-2.0
/** Faults — what should not happen, by code: whether it passes by itself, and the sentence a stranger may read. */
export const faults = {
  'store-unreachable': { temporary: true, says: 'Local storage is unavailable.' },
  'store-broken': { temporary: false, says: 'Local storage is damaged.' },
  'store-newer': { temporary: false, says: 'The store was written by a newer version.' },
  'data-folder-taken': { temporary: false, says: 'Another server uses this data folder.' },
  'disk-full': { temporary: true, says: 'Local storage is full.' },
  'line-too-long': { temporary: false, says: 'The line is too long.' },
  'bad-proxy-header': { temporary: false, says: 'The PROXY header cannot be read.' },
  'peer-closed': { temporary: true, says: 'The other side closed the connection.' },
  'peer-slow': { temporary: true, says: 'The other side did not answer in time.' },
  'peer-nonsense': { temporary: true, says: 'The other side answered something that is not the protocol.' },
  'dns-unavailable': { temporary: true, says: 'The name service did not answer.' },
  'bad-configuration': { temporary: false, says: 'The configuration cannot be used.' },
  'bad-input': { temporary: false, says: 'The input cannot be read.' },
  'worker-lost': { temporary: true, says: 'A part of the server had to be restarted.' },
  cancelled: { temporary: true, says: 'The work was given up.' },
} as const satisfies Record<string, { readonly temporary: boolean; readonly says: string }>;

export type FaultCode = keyof typeof faults;

/** A thrown fault. `message` is the public sentence; `detail` and `cause` are for the log only. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly temporary: boolean;
  readonly detail: string;

  constructor(code: FaultCode, more: { readonly detail?: string; readonly cause?: unknown } = {}) {
    super(faults[code].says, more.cause === undefined ? {} : { cause: more.cause });
    this.name = 'Fault';
    this.code = code;
    this.temporary = faults[code].temporary;
    this.detail = more.detail ?? '';
  }
}

/** What the system calls an error: `ENOENT`; empty for what it did not say. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What a log line says of anything that was thrown. */
export function describeFault(error: unknown): string {
  if (error instanceof Fault) return [error.code, error.detail].filter(Boolean).join(': ');
  return error instanceof Error ? error.message : String(error);
}
