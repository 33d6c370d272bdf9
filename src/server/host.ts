// SPDX-License-Identifier: Apache-2.0
/** Host — what of the process and its machine the program is lent, so that main.ts alone touches process.*. */
export interface Host {
  /** The script and arguments this process was started with. */
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
  onSignal(name: 'SIGTERM' | 'SIGINT' | 'SIGHUP', work: () => void): void;
  /** The next message; those after it wait for `onParent`. */
  onceParent(work: (message: unknown) => void): void;
  onParent(work: (message: unknown) => void): void;
  onParentGone(work: () => void): void;
  /** Undefined where no supervisor started this process. */
  readonly tellParent: ((message: unknown) => void) | undefined;
  /** All is there that will be: what was put off for the time of the start may begin. */
  started(): void;
  usage(): { readonly residentBytes: number; readonly cpuSeconds: number };
  out(text: string): void;
  readonly privileges: Privileges;
  onUncaught(work: (error: unknown) => void): void;
}

/** Root opens stores as the user it will become, binds as root, then gives root up for good. */
export interface Privileges {
  readonly isRoot: boolean;
  /** Without a group: the main group of that user. Numbers are ids. */
  become(user: string | number, group: string | number | undefined): void;
  becomeRootAgain(): void;
  giveUp(user: string, group: string | undefined): void;
  /** Whose rights are in force now. */
  ids(): { readonly uid: number; readonly gid: number };
}

export interface ServeOptions {
  /** Which process of several this is; undefined for the only one, or the supervisor. */
  readonly slot?: number;
}
