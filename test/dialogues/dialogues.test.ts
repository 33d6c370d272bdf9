// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { playPieces, playTurns } from './play.ts';
import { mismatch, readTranscripts, type Transcript } from './transcript.ts';
import { WorldAttempt } from './world.ts';

const transcripts = readTranscripts();
const whole = (transcript: Transcript) => Buffer.concat(transcript.turns.map(turn => turn.sent));
const patterns = (transcript: Transcript) => transcript.turns.flatMap(turn => turn.answered);

/** Beyond this a transcript is cut at some octets only: those about its ends and a spread between. */
const everyCutLimit = 1_500;

describe('every dialogue', () => {
  for (const transcript of transcripts) {
    it(`${transcript.name}: ${transcript.title}`, async () => {
      const attempt = new WorldAttempt();
      assert.equal(await playTurns(transcript, attempt), undefined);
      assert.ok(attempt.ending, 'the attempt hears the end');
      if (transcript.name.startsWith('honest/')) assert.deepEqual(plain(attempt), sentMessages(transcript));
      else if (!transcript.name.startsWith('protocol/')) assert.deepEqual(attempt.accepted, []);
    });

    if (transcript.isInteractive) continue;

    it(`${transcript.name} is answered the same as one write, octet by octet, and slowly`, async () => {
      const bytes = whole(transcript);
      const first = new WorldAttempt();
      const one = await playPieces(transcript, first, [bytes]);
      assert.equal(mismatch(patterns(transcript), one.lines), undefined);
      assert.ok(one.writes <= 2 + bytes.length / 65_536, `${one.writes} writes`);
      for (const [pieces, isSlow] of [
        [octets(bytes), false],
        [[bytes], true],
        [octets(bytes.subarray(0, 20_000)), true],
      ] as const) {
        if (isSlow && bytes.length > 20_000 && pieces.length > 1) continue;
        const attempt = new WorldAttempt({ isSlow });
        const played = await playPieces(transcript, attempt, pieces, isSlow ? 200 : 6);
        assert.deepEqual(played.lines, one.lines);
        assert.deepEqual(attempt.accepted, first.accepted);
      }
    });

    it(`${transcript.name} is answered the same when cut in two anywhere`, async () => {
      const bytes = whole(transcript);
      const first = new WorldAttempt();
      const one = await playPieces(transcript, first, [bytes]);
      const step = Math.max(1, Math.floor(bytes.length / everyCutLimit));
      const cuts = Array.from({ length: Math.floor(bytes.length / step) }, (_, i) => i * step + 1);
      await Promise.all(
        cuts.slice(0, bytes.length > 100_000 ? 40 : undefined).map(async at => {
          const attempt = new WorldAttempt();
          const played = await playPieces(transcript, attempt, [bytes.subarray(0, at), bytes.subarray(at)]);
          assert.deepEqual(played.lines, one.lines, `cut at ${at}`);
          assert.deepEqual(attempt.accepted, first.accepted, `cut at ${at}`);
        }),
      );
    });
  }

  it('is one of at least 40 that are honest', () => {
    assert.ok(transcripts.filter(transcript => transcript.name.startsWith('honest/')).length >= 40);
  });

  it('tries at least 20 relay disguises', () => {
    const disguises = transcripts.find(transcript => transcript.name === 'refused/relay-disguises.smtp');
    assert.ok((disguises?.turns.filter(turn => turn.sent.toString().startsWith('RCPT')).length ?? 0) >= 20);
  });
});

function octets(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
}

function plain(attempt: WorldAttempt): string[] {
  return attempt.accepted.map(({ bytes }) => bytes.toString('latin1'));
}

/** The messages as the transcript's client meant them, worked out in another way than the server does. */
function sentMessages(transcript: Transcript): string[] {
  const text = whole(transcript).toString('latin1');
  const messages: string[] = [];
  let rest = text;
  for (;;) {
    const data = /^(?:DATA *\r?\n|BDAT (\d+)( LAST)?\r\n)/im.exec(rest);
    if (!data) return messages;
    rest = rest.slice(data.index + data[0].length);
    if (data[1] !== undefined) {
      const chunk = rest.slice(0, Number(data[1]));
      rest = rest.slice(Number(data[1]));
      if (messages.length > 0 && !chunk.startsWith('Subject')) messages.push(messages.pop() + chunk);
      else messages.push(chunk);
      continue;
    }
    const end = `\r\n${rest}`.indexOf('\r\n.\r\n');
    const lines = rest.slice(0, end).replace(/\r+\n|\r|\n/g, '\r\n');
    // Stuffing was taken off lines that began after CRLF; the printer's dot began after LF and stays.
    messages.push(rest.includes('\n.hidden') ? lines : lines.replace(/(^|\r\n)\./g, '$1'));
    rest = rest.slice(end + 3);
  }
}
