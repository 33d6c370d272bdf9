// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptedByReply, judgeTrace, readTrace } from './trace.ts';
import type { Call } from './trace.ts';

const log = '/d/queue/0/00000001.log';
const promised = (call: Call) => (call.path.startsWith('pipe:') ? (/ok (\w+)/.exec(call.args)?.slice(1) ?? []) : []);
const judge = (lines: readonly string[]) =>
  judgeTrace(readTrace(lines.join('\n')), { folder: '/d/queue', promised }).early;

const opened = `7 openat(AT_FDCWD</>, "${log}", O_RDWR|O_CREAT|O_EXCL, 0600) = 23<${log}>`;
const named = '7 fsync(24</d/queue/0>)           = 0';
const put = `8 pwritev(23<${log}>, [{iov_base="SREC) = 3", iov_len=20}, {iov_base="{\\"id\\":\\"a1\\"}", iov_len=11}], 2, 47) = 31`;
const synced = `9 fdatasync(23<${log}>)                 = 0`;
const said = '7 write(1<pipe:[77]>, "ok a1\\n", 6)   = 6';

describe('the judge of traces', () => {
  it('is content when file and name were synced before the promise', () => {
    assert.deepEqual(judge([opened, named, put, synced, said]), []);
    assert.deepEqual(judge([opened, put, synced, named, said]), []);
    assert.equal(
      judgeTrace(readTrace([opened, named, put, synced, said].join('\n')), { folder: '/d/queue', promised }).promises,
      1,
    );
  });

  it('sees a promise that came too early', () => {
    for (const lines of [
      [opened, named, put, said, synced],
      [opened, named, synced, put, said],
      [opened, named, said, put, synced],
      [opened, put, synced, said, named],
      [opened, named, put, said],
      [opened, named, put, synced.replace('= 0', '= -1 EIO (Input/output error) (INJECTED)'), said],
    ]) {
      assert.equal(judge(lines).length, 1, lines.join('\n'));
    }
  });

  it('knows a call that had not returned, and one that began before the write had ended', () => {
    const [begin, end] = [`9 fdatasync(23<${log}> <unfinished ...>`, '9 <... fdatasync resumed>)          = 0'];
    assert.deepEqual(judge([opened, named, put, begin, end, said]), []);
    assert.equal(judge([opened, named, put, begin, said, end]).length, 1);
    const [putBegin, putEnd] = [
      put.replace('], 2, 47) = 31', ' <unfinished ...>'),
      '8 <... pwritev resumed>], 2, 47) = 31',
    ];
    assert.equal(judge([opened, named, putBegin, begin, putEnd, end, said]).length, 1);
    assert.deepEqual(judge([opened, named, putBegin, putEnd, begin, end, said]), []);
  });

  it('hears a promise in the replies of a server, several in one write', () => {
    const reply =
      '7 write(30<socket:[9]>, "250 2.0.0 Accepted (id t1)\\r\\n250 2.0.0 Accepted (id t2)\\r\\n", 58) = 58';
    const record = put.replace('\\"id\\":\\"a1\\"', '\\"id\\":\\"a1\\",\\"attemptId\\":\\"t1\\"');
    const verdict = judgeTrace(readTrace([opened, named, record, synced, reply].join('\n')), {
      folder: '/d/queue',
      promised: acceptedByReply,
      key: 'attemptId',
    });
    assert.deepEqual(verdict, { promises: 2, early: ['t2: was promised before it was written'] });
  });

  it('wants a large body, and its name, synced before the record that names it', () => {
    const body = '/d/queue/0/large/ff.body';
    const large = put.replace('\\"a1\\"', '\\"a1\\",\\"file\\":{\\"name\\":\\"ff.body\\"}');
    const bodyOpened = opened.replaceAll(log, body);
    const written = `8 pwrite64(25<${body}>, "text"..., 1048577, 0) = 1048577`;
    const bodySynced = synced.replace(log, body);
    const bodyNamed = named.replace('/d/queue/0', '/d/queue/0/large');
    const start = [opened, named, bodyOpened, written];
    assert.deepEqual(judge([...start, bodySynced, bodyNamed, large, synced, said]), []);
    for (const rest of [
      [bodyNamed, large, bodySynced],
      [bodySynced, large, bodyNamed],
      [bodyNamed, large],
      [bodySynced, large],
    ]) {
      assert.equal(judge([...start, ...rest, synced, said]).length, 1);
    }
  });
});
