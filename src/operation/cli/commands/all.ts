// SPDX-License-Identifier: Apache-2.0
/** All commands, in the order `sekisho --help` shows them. */
import type { Command } from '../command.ts';
import { authCheckCommand } from './auth-check.ts';
import { authComplainCommand } from './auth-complain.ts';
import { authDomainCommand } from './auth-domain.ts';
import { configCommands } from './config.ts';
import { dkimCommands } from './dkim.ts';
import { directoryCommands } from './directory.ts';
import { dmarcCommands } from './dmarc.ts';
import { dnsListCommands } from './dnslist.ts';
import { evaluateCommand } from './evaluate.ts';
import { explainCommand } from './explain.ts';
import { historyCommand } from './history.ts';
import { learnCommands } from './learn.ts';
import { learnedCommands } from './learned.ts';
import { qualityCommands } from './quality.ts';
import { quarantineCommands } from './quarantine.ts';
import { ownListCommands } from './own-list.ts';
import { queueCommands } from './queue.ts';
import { rehearseCommand } from './rehearse.ts';
import { ruleCommands } from './rules.ts';
import { statsCommand } from './rules-stats.ts';
import { scoreCommands } from './rules-scores.ts';
import { tuneCommand } from './rules-tune.ts';
import { scanCommand } from './scan.ts';
import { serveCommand } from './serve.ts';
import { returnPathCommands } from './return-paths.ts';
import { throttleCommands } from './throttle.ts';
import { tryCommand } from './try.ts';
import { greylistCommands } from './greylist.ts';
import { familiarCommands } from './familiar.ts';
import { keepingCommands } from './keeping.ts';

export const commands: readonly Command[] = [
  serveCommand,
  ...directoryCommands,
  ...dkimCommands,
  authCheckCommand,
  authDomainCommand,
  authComplainCommand,
  explainCommand,
  historyCommand,
  ...quarantineCommands,
  ...queueCommands,
  ...throttleCommands,
  ...greylistCommands,
  ...familiarCommands,
  scanCommand,
  ...learnCommands,
  ...learnedCommands,
  ...dmarcCommands,
  ...dnsListCommands,
  ...ownListCommands,
  evaluateCommand,
  ...qualityCommands,
  rehearseCommand,
  tryCommand,
  ...returnPathCommands,
  ...ruleCommands,
  tuneCommand,
  statsCommand,
  ...scoreCommands,
  ...configCommands,
  ...keepingCommands,
];
