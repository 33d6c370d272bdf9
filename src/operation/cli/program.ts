// SPDX-License-Identifier: Apache-2.0
/** Program — the commands as one program: `sekisho --help` in the language of the terminal, exit codes as good Unix tools have them. */
import { Command as Commander, CommanderError, Help } from 'commander';
import { Fault } from '../../core/faults.ts';
import type { Language, Sentence } from '../../core/sentence.ts';
import { Mistake } from '../mistake.ts';
import { exit, type Command, type Context, type Options } from './command.ts';
import { sayFault } from './fault-words.ts';
import { sayUsage } from './usage-words.ts';
import { sentence, widthOf } from './words.ts';

export interface ProgramParts {
  readonly version: string;
  readonly commands: readonly Command[];
  readonly language: Language;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  context(options: Options): Context;
}

/** Runs argv (without node and script); resolves to the exit code, never throws for what a person did. */
export async function runProgram(parts: ProgramParts, argv: readonly string[]): Promise<number> {
  let code: number = exit.ok;
  const say = (words: Sentence): string => words[parts.language];
  const program = root(parts, say);
  for (const command of parts.commands) {
    const made = place(program, command, say, parts);
    for (const option of command.options ?? []) made.option(option.flags, say(option.says), option.initial);
    made.action(async (...given: unknown[]) => {
      const args = given
        .slice(0, -2)
        .flatMap(arg => (Array.isArray(arg) ? arg.map(String) : typeof arg === 'string' ? [arg] : []));
      const options: Options = {
        ...program.opts(),
        ...lastConfig(program.opts()['config']),
        ...made.opts(),
        ...givenAbove(made),
      };
      code = await runOne(command, parts.context(options), args, options);
    });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exit.ok;
    // A group without a command has shown its help.
    if (error.code !== 'commander.help')
      parts.err(`sekisho: ${sayUsage(error, helpFor(program, argv), parts.language)}\n`);
    return exit.usage;
  }
  return code;
}

/** Of several the last is meant; all of them are there for commands that compare. */
function lastConfig(configs: unknown): Options {
  return Array.isArray(configs) ? { config: String(configs.at(-1)), configs: configs.map(String) } : {};
}

/** Options that a command shares with the one above it (`quality --json`, `quality audit --json`) are heard by the upper one. */
function givenAbove({ parent }: Commander): Options {
  // The options of the program itself are every command's already.
  if (!parent?.parent) return {};
  const isGiven = (name: string): boolean => parent.getOptionValueSource(name) === 'cli';
  return Object.fromEntries(Object.entries(parent.opts()).filter(([name]) => isGiven(name)));
}

/** `sekisho queue --help`: as much of what was asked for as is a command. */
function helpFor(program: Commander, argv: readonly string[]): string {
  const words = ['sekisho'];
  let at: Commander | undefined = program;
  for (const word of argv.filter(one => !one.startsWith('-'))) {
    at = at.commands.find(one => one.name() === word);
    if (!at) break;
    words.push(word);
  }
  return [...words, '--help'].join(' ');
}

async function runOne(command: Command, context: Context, args: readonly string[], options: Options): Promise<number> {
  try {
    return await command.run(context, args, options);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    context.err(`sekisho: ${sayFault(error, context.language)}\n`);
    return exitCodeOf(error);
  }
}

function exitCodeOf(fault: Fault): number {
  if (fault instanceof Mistake) {
    switch (fault.kind) {
      case 'usage':
        return exit.usage;
      case 'data':
        return exit.badInput;
      case 'not-found':
        return exit.notFound;
      case 'cannot-write':
        return exit.cannotCreate;
    }
  }
  if (fault.code === 'bad-configuration') return exit.badConfig;
  if (fault.code === 'bad-input') return exit.badInput;
  // A process of a former server may still be ending.
  if (fault.code === 'data-folder-taken') return exit.tryLater;
  return fault.temporary ? exit.tryLater : exit.unavailable;
}

function root(parts: ProgramParts, say: (words: Sentence) => string): Commander {
  const program = new Commander('sekisho');
  dress(program, say, parts)
    .description(
      say(
        sentence(
          'A complete anti-spam mail server. Every decision is explained.',
          '迷惑メール対策を備えたメールサーバ。すべての判断を説明する。',
        ),
      ),
    )
    .version(parts.version, '-V, --version', say(sentence('print the version', 'バージョンを表示する')))
    .option(
      '-c, --config <file>',
      say(
        sentence(
          'configuration file (default: sekisho.toml here or in /etc/sekisho, where there is one)',
          '設定ファイル（既定: このフォルダまたは /etc/sekisho の sekisho.toml があればそれ）',
        ),
      ),
      (file: string, before: readonly string[] | undefined) => [...(before ?? []), file],
    )
    .option('-d, --data <folder>', say(sentence('data folder (default: ./data)', 'データフォルダ（既定: ./data）')));
  return program;
}

/** Finds or makes the place of `quarantine list` under `quarantine`. */
function place(
  program: Commander,
  { name, takes, says }: Command,
  say: (words: Sentence) => string,
  parts: ProgramParts,
): Commander {
  const words = name.split(' ');
  const last = words.pop() ?? name;
  let at = program;
  for (const word of words) at = at.commands.find(one => one.name() === word) ?? group(at, word, say, parts);
  return dress(at.command(takes ? `${last} ${takes}` : last), say, parts).description(say(says));
}

const groups: Readonly<Record<string, Sentence>> = {
  quarantine: sentence('messages held back', '隔離されたメッセージ'),
  queue: sentence('messages on their way', '配送待ちのメッセージ'),
  config: sentence('the configuration', '設定'),
  learn: sentence('teach the filter', 'フィルタに学習させる'),
  dmarc: sentence('reports of mail in our names', '自ドメインを名乗るメールについての報告'),
  domain: sentence('our domains', '自ドメイン'),
  user: sentence('mailboxes', 'メールボックス'),
  alias: sentence('aliases and forwards', '別名と転送'),
  auth: sentence('who sent it, and what domains publish', '送信者の認証'),
  throttle: sentence('who is slowed or kept out now', 'いま流量を制限されている接続元'),
  greylist: sentence('who is asked to come back, and who never is', 'グレイリスト：待たせている相手と例外'),
  familiar: sentence('who has sent wanted mail before', 'お馴染みさん：以前に必要なメールを送ってきた相手'),
  dnslist: sentence('lists in DNS, and the one served here', 'DNS の拒否・許可リストと、ここで公開するリスト'),
  dkim: sentence('keys with which our mail is signed', '送信メールに署名する鍵'),
  srs: sentence('return paths of forwards', '転送メールの返送先'),
  batv: sentence('return paths of our own mail', '自ユーザのメールの返送先'),
  composite: sentence('symbols of your own, made of others', 'ほかの記号を組み合わせた独自の記号'),
  rules: sentence("rules in SpamAssassin's language", 'SpamAssassin の書式の規則'),
};

function group(at: Commander, word: string, say: (words: Sentence) => string, parts: ProgramParts): Commander {
  const words = groups[word];
  return dress(at.command(word), say, parts).description(words ? say(words) : '');
}

function dress(command: Commander, say: (words: Sentence) => string, parts: ProgramParts): Commander {
  const titles: Readonly<Record<string, Sentence>> = {
    'Usage:': sentence('Usage:', '使い方:'),
    'Options:': sentence('Options:', 'オプション:'),
    'Commands:': sentence('Commands:', 'コマンド:'),
    'Arguments:': sentence('Arguments:', '引数:'),
    'Global Options:': sentence('Global options:', '共通オプション:'),
  };
  // The few words that commander puts in by itself.
  const words = (text: string): string =>
    parts.language === 'en'
      ? text
      : text
          .replace('[options]', '[オプション]')
          .replace('[command]', '[コマンド]')
          .replace(/ \(default: "?(.*?)"?\)$/, '（既定: $1）');
  return command
    .exitOverride()
    .helpOption('-h, --help', say(sentence('show this help', 'この説明を表示する')))
    .helpCommand(false)
    .configureHelp({
      styleTitle: title => {
        const words = titles[title];
        return words ? say(words) : title;
      },
      showGlobalOptions: true,
      sortSubcommands: false,
      displayWidth: widthOf,
      commandUsage: made => words(Help.prototype.commandUsage.call(new Help(), made)),
      subcommandTerm: made => words(Help.prototype.subcommandTerm.call(new Help(), made)),
      optionDescription: option => words(Help.prototype.optionDescription.call(new Help(), option)),
      formatHelp: (made, helper) => Help.prototype.formatHelp.call(helper, made, helper),
    })
    .configureOutput({
      writeOut: parts.out,
      writeErr: parts.err,
      // Said in `runProgram`, in the language of the terminal.
      outputError: () => {},
    });
}
