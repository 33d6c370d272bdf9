// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import PostalMime from 'postal-mime';
import { formatAddress } from '../../core/address.ts';
import { parseAddressList } from './addresses.ts';
import { attachmentsOf, textsOf } from './attachments.ts';
import { readHtml } from './html.ts';
import { parseMessage } from './parse.ts';

const folder = join(import.meta.dirname, '../../../fixtures/mime');
const mail = (name: string) => readFileSync(join(folder, `${name}.eml`));

function read(name: string) {
  const message = parseMessage(mail(name));
  const [from] = parseAddressList(message.headers.first('from')?.raw ?? '');
  return {
    from: `${from?.name} ${from?.address ? formatAddress(from.address) : ''}`.trim(),
    subject: message.headers.first('subject')?.text,
    texts: textsOf(message).map(part => (part.subtype === 'html' ? readHtml(part.text()).text : part.text().trim())),
    files: attachmentsOf(message).map(file => `${file.name} ${file.type} ${file.sizeBytes}`),
  };
}

const files: string[] = [];

describe('the MIME fixtures', () => {
  it('are read: an old telephone, with dots in its address and half-width kana', () => {
    const from = 'hanako..y.@docomo.example';
    assert.deepEqual(read('telephone'), { from, subject: '今夜', texts: ['今夜はｶﾚｰです。'], files });
  });

  it('are read: the rows of NEC under ISO-2022-JP', () => {
    const texts = ['①㈱日本商事 御中\r\n金額は㎜百万円です。'];
    assert.deepEqual(read('vendor-rows'), {
      from: '山田太郎 yamada@example.jp',
      subject: '①㈱日本商事の請求書～',
      texts,
      files,
    });
  });

  it('are read: characters cut between encoded words', () => {
    const subject = '打ち合わせの日程について';
    const texts = ['来週の火曜日はいかがでしょうか。'];
    assert.deepEqual(read('cut-characters'), { from: '佐藤花子 sato@example.jp', subject, texts, files });
  });

  it('are read: Shift_JIS that calls itself ISO-2022-JP', () => {
    const texts = ['本日限り①割引！ｶﾀｶﾅも表示します。'];
    assert.deepEqual(read('shift-jis-as-jis'), { from: 'shop@example.jp', subject: '特売のお知らせ', texts, files });
  });

  it('are read: EUC-JP that says nothing', () => {
    const texts = ['先日はありがとうございました。'];
    assert.deepEqual(read('euc-undeclared'), {
      from: '鈴木一郎 suzuki@example.jp',
      subject: 'お世話になっております',
      texts,
      files,
    });
  });

  it('are read: raw ISO-2022-JP in the header', () => {
    const texts = ['会議は三時からです。'];
    assert.deepEqual(read('raw-jis-header'), { from: '高橋 takahashi@example.jp', subject: '会議の件', texts, files });
  });

  it('are read: boundaries that begin like one another, and names in both ways', () => {
    assert.deepEqual(read('photo'), {
      from: 'yamada@example.jp',
      subject: '写真',
      texts: ['写真を送ります。', '写真を送ります。\nリンク'],
      files: ['写真.png image/png 8', '請求書一覧.pdf application/pdf 9'],
    });
  });

  it('are read: a message in a message', () => {
    assert.deepEqual(read('forwarded'), {
      from: 'yamada@example.jp',
      subject: 'Fwd: hello',
      texts: ['転送します。', 'café ouvert'],
      files: [' message/rfc822 183'],
    });
  });

  it('are read: GBK that calls itself GB2312', () => {
    assert.deepEqual(read('gb2312'), {
      from: '李雷 li@example.cn',
      subject: '關於發票',
      texts: ['您好，請查收發票。'],
      files,
    });
  });

  it('are read: hidden text is not among what is seen', () => {
    assert.deepEqual(read('hidden-text').texts, ['Buy now\nhere']);
    const [page] = textsOf(parseMessage(mail('hidden-text')));
    assert.equal(readHtml(page?.text() ?? '').hidden, 'meeting agenda minutes dear colleagues');
  });

  it('are read: a file that stands uuencoded in a text', () => {
    assert.deepEqual(read('uuencoded').files, ['cat.txt application/octet-stream 3']);
  });

  it('are read: Korean, Chinese and Russian parts', () => {
    assert.deepEqual(read('charsets').texts, ['안녕하세요', '您好，世界', 'Привет']);
  });

  it('are read by postal-mime alike, where it knows the form', async () => {
    for (const name of ['photo', 'gb2312', 'forwarded']) {
      const other = await PostalMime.parse(mail(name));
      const ours = read(name);
      assert.equal(ours.subject, other.subject, name);
      assert.equal(ours.from, `${other.from?.name} ${other.from?.address}`.trim(), name);
      if (other.text && name !== 'gb2312' && name !== 'forwarded') assert.equal(ours.texts[0], other.text.trim(), name);
    }
    const { attachments } = await PostalMime.parse(mail('photo'));
    assert.deepEqual(
      attachmentsOf(parseMessage(mail('photo'))).map(file => file.content()),
      attachments.map(file => Buffer.from(file.content as ArrayBuffer)),
    );
  });
});
