// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readHtml } from './html.ts';

const seen = (html: string) => readHtml(html).text;
const both = (html: string) => {
  const { text, hidden } = readHtml(html);
  return [text, hidden];
};

describe('readHtml', () => {
  it('gives the text that a person reads', () => {
    assert.equal(
      seen('<p>Dear <b>Bob</b>,<p>come\n to <i>dinner</i>.<br>Alice</p>'),
      'Dear Bob,\ncome to dinner.\nAlice',
    );
    assert.equal(seen('<table><tr><td>one<td>two<tr><td>three</table>'), 'one two\nthree');
    assert.equal(
      seen('a &lt; b &amp;&amp; c&nbsp;&#x3042;&#12354; &eacute &unknown; &#150;'),
      'a < b && c\u00a0ああ é &unknown; –',
    );
    assert.equal(seen('1 < 2 <3'), '1 < 2 <3');
  });

  it('joins words that tags and comments cut apart', () => {
    assert.equal(seen('V<!-- x -->ia<b></b>g<span>r</span>a'), 'Viagra');
    assert.equal(seen('a<!-->b<!--->c<!doctype x>d<?xml?>e'), 'abcde');
  });

  it('leaves out scripts, styles and the title', () => {
    const { text, title, hasScript } = readHtml(
      '<title>A &amp; B</title><script>if (1<2) "</p>"</script><style>p{}</style>x',
    );
    assert.deepEqual([text, title, hasScript], ['x', 'A & B', true]);
  });

  it('keeps apart what is hidden', () => {
    for (const style of [
      'display:none',
      'DISPLAY : none !important',
      'visibility:hidden',
      'opacity:0',
      'font-size:0',
      'font-size:1px',
      'font:0px x',
      'color:#fff',
      'color:white',
      'color:rgb(250,250,250)',
      'color:transparent',
      'background:#123456;color:#123457',
      'text-indent:-9999px',
      'position:absolute;left:-5000px',
      'height:0;overflow:hidden',
      'color:rgba(0,0,0,0)',
    ])
      assert.deepEqual(both(`a<span style="${style}">secret</span>b`), ['ab', 'secret'], style);
    assert.deepEqual(both('a<font color=ffffff>secret</font>b'), ['ab', 'secret']);
    assert.deepEqual(both('<body bgcolor="#000000" text=black>secret'), ['', 'secret']);
    assert.deepEqual(both('a<div hidden>secret</div>b'), ['a\nb', 'secret']);
  });

  it('takes for seen what is seen', () => {
    for (const style of [
      'font-size:2px',
      'color:#eee',
      'opacity:0.5',
      'visibility:visible',
      'display:block',
      'background:#000;color:#fff',
      'background:url(x.png);color:#fff',
      'height:0',
      'text-indent:-20px',
      'font-size:small',
    ])
      assert.deepEqual(both(`a<span style="${style}">seen</span>b`), ['aseenb', ''], style);
    assert.deepEqual(both('<td bgcolor=navy><font color=white>seen'), ['seen', '']);
    assert.deepEqual(both('<div style="font-size:0"><span style="font-size:14px">seen</span>no</div>'), ['seen', 'no']);
    assert.deepEqual(both('<div style="visibility:hidden">no<b style="visibility:visible">seen</b></div>'), [
      'seen',
      'no',
    ]);
  });

  it('follows simple rules of style sheets, and not those of @media', () => {
    assert.deepEqual(
      both(
        '<style>/* x */ .h, #i {display:none} @media (x) { .m {display:none} }</style><p class="a H">no</p><p id=i>no</p><p class=m>yes',
      ),
      ['yes', 'no no'],
    );
    assert.deepEqual(both('<style>table.x td {background:#000}</style><table class=x><td style="color:#fff">seen'), [
      'seen',
      '',
    ]);
  });

  it('ends what HTML lets end by itself', () => {
    assert.deepEqual(both('<p style="display:none">no<p>yes'), ['yes', 'no']);
    assert.deepEqual(both('<ul><li style="display:none">no<li>yes</ul>'), ['yes', 'no']);
  });

  it('ends a paragraph with what is open in it, but not one around a table cell', () => {
    assert.deepEqual(both('<p style="display:none"><b>no<div>yes</div>'), ['yes', 'no']);
    assert.deepEqual(both('<div style="display:none"><p><table><tr><td><div>no</table></div>yes'), ['yes', 'no']);
  });

  it('lists links with what is seen of them, and images', () => {
    const { links, images, base } = readHtml(
      '<base href="http://b.example/"><a href="http://evil.example/\n?a=1&amp;b=2">http://<b>bank</b>.example<i style="display:none">x</i></a><img src=cid:1 width=1 height="1" alt="A">',
    );
    assert.deepEqual(links, [{ href: 'http://evil.example/?a=1&b=2', text: 'http://bank.example' }]);
    assert.deepEqual(images, [{ src: 'cid:1', width: '1', height: '1', alt: 'A' }]);
    assert.equal(base, 'http://b.example/');
  });

  it('gives attribute and style values to learn from', () => {
    const { attributes, tags } = readHtml('<FONT COLOR="#FF0000" size=5><td style="Width: 10PX; color:Red">');
    assert.deepEqual(attributes, ['ff0000', '5', '10px', 'red']);
    assert.deepEqual(tags, ['font', 'td']);
  });

  it('says what is in it that does something', () => {
    const { hasForm, hasFrame, refresh } = readHtml(
      '<form><object></object></form><meta http-equiv=Refresh content="0; URL=http://x.example/">',
    );
    assert.deepEqual([hasForm, hasFrame, refresh], [true, true, 'http://x.example/']);
  });

  it('shows what follows a title or frame that never ends', () => {
    assert.equal(seen('<title>all of it'), 'all of it');
    assert.equal(seen('a<p title="never ends'), 'a');
  });

  it('survives anything', () => {
    const bits = [
      '<',
      '>',
      '/',
      '!',
      '--',
      '"',
      "'",
      '=',
      ' ',
      'a',
      'p',
      'td',
      'style',
      'script',
      'title',
      'display:none',
      '&',
      '#',
      ';',
      '&amp',
      '<p',
      '</p>',
      '{',
      '}',
      '@',
      '\n',
      '\u3042',
      '\ud800',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 60 }), parts => {
        const { text, hidden } = readHtml(parts.join(''));
        assert.equal(typeof text + typeof hidden, 'stringstring');
      }),
    );
  });

  it('takes time that grows with the length only', () => {
    for (const bit of [
      '<',
      '<a ',
      '<title>',
      '<!--',
      '</p',
      '<p>',
      '<a href="',
      '<p></b>',
      '<style>{',
      '<style>@{',
      '&',
      '<font style="a:b;c',
      '<table><tr><td>',
      '<a href=x>y',
      ' ',
      '<i a=b>',
      '<script>',
    ]) {
      const started = process.cpuUsage();
      readHtml(bit.repeat(300_000 / bit.length));
      const { user } = process.cpuUsage(started);
      assert.ok(user < 1_500_000, `${bit}: ${user} µs`);
    }
  });
});
