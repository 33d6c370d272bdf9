// SPDX-License-Identifier: Apache-2.0
/**
 * Table — the dialogue: what each command does in each state (RFC 5321 4.1.4). A step answers; undefined means that the
 * answer comes after the bytes that follow the command (BDAT).
 */
import type { Maybe } from '../../core/maybe.ts';
import type { Command, Verb } from '../../wire/smtp/command.ts';

import { answers, problems } from './answers.ts';
import { beginChunks, readChunkOver, takeChunk } from './bdat.ts';
import { beginData } from './data.ts';
import { sayHello } from './hello.ts';
import type { Answer, Session, State } from './session.ts';
import { standIn } from './stand-in.ts';
import { reset, takeRecipient, takeSender } from './transaction.ts';

type Step<V extends Verb> = (session: Session, command: Command<V>) => Maybe<Answer | undefined>;
type Steps = { readonly [V in Verb]: Step<V> };

/** What means the same at any time. */
const always: Steps = {
  EHLO: sayHello,
  HELO: sayHello,
  MAIL: () => answers.helloFirst,
  RCPT: () => answers.helloFirst,
  DATA: () => answers.helloFirst,
  BDAT: readChunkOver(answers.helloFirst),
  RSET: reset,
  NOOP: () => answers.ok,
  HELP: () => answers.help,
  VRFY: () => answers.cannotVerify,
  EXPN: () => answers.noExpansion,
  AUTH: () => answers.noAuth,
  STARTTLS: () => answers.tlsBetween,
  XCLIENT: standIn,
  QUIT(session) {
    session.ending = 'quit';
    return answers.bye;
  },
  faulty: (_session, command) => problems[command.problem],
  unknown(session) {
    session.unknownCommands++;
    return answers.unknown;
  },
  foreign(session) {
    session.ending = 'refused';
    return answers.notSmtp;
  },
};

const starting: Steps = { ...always, STARTTLS: startTls };

const started: Steps = {
  ...starting,
  MAIL: takeSender,
  RCPT: () => answers.senderFirst,
  DATA: () => answers.senderFirst,
  BDAT: readChunkOver(answers.senderFirst),
};

const addressing: Steps = {
  ...always,
  MAIL: () => answers.senderAlready,
  RCPT: takeRecipient,
  DATA: () => answers.noRecipients,
  BDAT: readChunkOver(answers.noRecipients),
};

const chunking: Steps = {
  ...always,
  MAIL: () => answers.chunksBegun,
  RCPT: () => answers.chunksBegun,
  DATA: () => answers.chunksBegun,
  BDAT: takeChunk,
};

const unwanted: Steps = {
  ...always,
  EHLO: () => answers.notHere,
  HELO: () => answers.notHere,
  MAIL: () => answers.notHere,
  RCPT: () => answers.notHere,
  DATA: () => answers.notHere,
  BDAT: readChunkOver(answers.notHere),
  RSET: () => answers.notHere,
  STARTTLS: () => answers.notHere,
};

const table: Readonly<Record<State, Steps>> = {
  new: starting,
  refused: unwanted,
  greeted: started,
  sender: addressing,
  recipients: { ...addressing, DATA: beginData, BDAT: beginChunks },
  chunks: chunking,
  spoilt: { ...chunking, BDAT: readChunkOver(answers.senderFirst) },
};

export function step<V extends Verb>(session: Session, command: Command<V>): Maybe<Answer | undefined> {
  const steps: { readonly [K in V]: Step<K> } = table[session.state];
  return steps[command.verb](session, command);
}

function startTls(session: Session): Answer {
  if (session.isSecure) return answers.tlsAlready;
  if (!session.manners.offersTls) return answers.noTls;
  session.wantsTls = true;
  return answers.readyForTls;
}
