// SPDX-License-Identifier: Apache-2.0
/** Meant — the commands that a command line may mean. A server runs for months: what begins with `serve` loads no other command. */
import type { Command } from '../command.ts';
import { serveCommand } from './serve.ts';

export async function commandsMeantBy(argv: readonly string[]): Promise<readonly Command[]> {
  return argv[0] === serveCommand.name ? [serveCommand] : (await import('./all.ts')).commands;
}
