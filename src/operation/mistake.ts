// SPDX-License-Identifier: Apache-2.0
/** Mistake — what a person gave a command and it cannot use, said in both languages; each kind has an exit code of its own. */
import { errorCode, Fault } from '../core/faults.ts';
import { fill, type Details, type Sentence } from '../core/sentence.ts';

/** Of an argument or option; of what stands in a file; a file or id that is not there; a file that cannot be written. */
export type MistakeKind = 'usage' | 'data' | 'not-found' | 'cannot-write';

export class Mistake extends Fault {
  readonly kind: MistakeKind;
  readonly sentence: Sentence;
  readonly details: Details;

  constructor(kind: MistakeKind, sentence: Sentence, details: Details = {}, cause?: unknown) {
    super('bad-input', { detail: fill(sentence, details, 'en'), cause });
    this.kind = kind;
    this.sentence = sentence;
    this.details = details;
  }
}

export function notAnAddress(text: string): Mistake {
  return new Mistake('usage', { en: '{text} is not an address', ja: '{text} はアドレスではない' }, { text });
}

/** A path that was given and cannot be read; what is thrown for any other reason stays what it is. */
export function cannotRead(path: string, cause: unknown): unknown {
  const code = errorCode(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new Mistake('not-found', { en: '{path} does not exist', ja: '{path} はない' }, { path }, cause);
  if (code === 'EACCES' || code === 'EPERM')
    return new Mistake(
      'not-found',
      { en: '{path} may not be read by this user', ja: '{path} を読む権限がない' },
      { path },
      cause,
    );
  return code === ''
    ? cause
    : new Mistake(
        'not-found',
        { en: '{path} cannot be read ({code})', ja: '{path} を読めない（{code}）' },
        { path, code },
        cause,
      );
}

/** The same of a path that cannot be written. */
export function cannotWrite(path: string, cause: unknown): unknown {
  const code = errorCode(cause);
  return code === ''
    ? cause
    : new Mistake(
        'cannot-write',
        { en: '{path} cannot be written ({code})', ja: '{path} に書き込めない（{code}）' },
        { path, code },
        cause,
      );
}
