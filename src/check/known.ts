// SPDX-License-Identifier: Apache-2.0
/** Known — what is known of an attempt by the time each stage begins. A later stage knows all an earlier one knew. */
import type { Client, TlsInfo } from '../core/client.ts';
import type { Conduct } from '../core/conduct.ts';
import type { Envelope, Recipient, Sender } from '../core/envelope.ts';
import type { Hello } from '../core/hello.ts';
import type { Message } from '../core/message.ts';
import type { Suspicion } from '../core/suspicion.ts';

/** The moments at which checks run, in the order a message meets them. `close` sees hang-ups too. */
export const stages = ['connect', 'greet', 'hello', 'sender', 'recipient', 'message', 'mailbox', 'close'] as const;
export type Stage = (typeof stages)[number];

/** How long a fact stays true: a new EHLO, MAIL or RCPT, or another client, begins its scope anew. */
export const scopes = ['connection', 'hello', 'transaction', 'recipient', 'message'] as const;
export type Scope = (typeof scopes)[number];

export interface KnownInScope {
  /** `conduct` grows: what is seen later is seen by later stages. A fact must not need it, since a fact is measured once. */
  connection: { readonly client: Client; readonly attemptId: string; readonly conduct: Conduct };
  hello: KnownInScope['connection'] & { readonly hello: Hello; readonly tls: TlsInfo | undefined };
  transaction: KnownInScope['hello'] & { readonly sender: Sender };
  /** `suspicion` is what was found before the recipient was named. */
  recipient: KnownInScope['transaction'] & { readonly recipient: Recipient; readonly suspicion: Suspicion };
  message: KnownInScope['transaction'] & { readonly envelope: Envelope; readonly message: Message };
}

export interface KnownAtStage {
  connect: KnownInScope['connection'];
  greet: KnownInScope['connection'];
  hello: KnownInScope['hello'];
  sender: KnownInScope['transaction'];
  recipient: KnownInScope['recipient'];
  message: KnownInScope['message'];
  mailbox: KnownInScope['message'] & KnownInScope['recipient'];
  close: KnownInScope['connection'];
}

/** Whose facts a stage may need. */
export const scopesAtStage = {
  connect: ['connection'],
  greet: ['connection'],
  hello: ['connection', 'hello'],
  sender: ['connection', 'hello', 'transaction'],
  recipient: ['connection', 'hello', 'transaction', 'recipient'],
  message: ['connection', 'hello', 'transaction', 'message'],
  mailbox: ['connection', 'hello', 'transaction', 'message', 'recipient'],
  close: ['connection'],
} as const satisfies Record<Stage, readonly Scope[]>;

/** Whose facts a fact may need: its own scope's and the outer ones'. */
export const scopesInScope = {
  connection: ['connection'],
  hello: ['connection', 'hello'],
  transaction: ['connection', 'hello', 'transaction'],
  recipient: ['connection', 'hello', 'transaction', 'recipient'],
  message: ['connection', 'hello', 'transaction', 'message'],
} as const satisfies Record<Scope, readonly Scope[]>;
