// SPDX-License-Identifier: Apache-2.0
/**
 * Condition — the lines `if`, `ifplugin` and `else`: which parts of a rule file count, by version, plugins and abilities.
 * What is asked of is what this program has an equal for; the version is that of SpamAssassin whose language is read.
 */
import type { Sentence } from '../../core/sentence.ts';

/** 4.0.1, as SpamAssassin writes it for comparing. */
export const languageVersion = 4.000001;
const perlVersion = 5.036;

const plugins = [
  'BodyEval',
  'Check',
  'DNSEval',
  'FreeMail',
  'HTMLEval',
  'HTTPSMismatch',
  'HeaderEval',
  'ImageInfo',
  'MIMEEval',
  'MIMEHeader',
  'RelayEval',
  'ReplaceTags',
  'SPF',
  'DKIM',
  'DMARC',
  'URIDNSBL',
  'URIDetail',
  'URIEval',
  'VBounce',
  'WLBLEval',
  'AskDNS',
  'WelcomeListSubject',
  'HashBL',
  'Bayes',
  'Pyzor',
  'Razor2',
  'SpamCop',
  'AutoLearnThreshold',
] as const;
const pluginPrefix = 'Mail::SpamAssassin::Plugin::';
/** As loaded where SpamAssassin is installed without further settings. */
export const defaultPlugins: readonly string[] = plugins.map(name => pluginPrefix + name);

/** Abilities asked for by `can()`: all of the language's `feature_…`, and these. */
const abilities: ReadonlySet<string> = new Set([
  'Conf::perl_min_version_5010000',
  'Plugin::BodyEval::has_check_body_length',
  'Plugin::BodyEval::has_plaintext_body_sig_ratio',
  'Plugin::DKIM::has_arc',
  'Plugin::MIMEEval::has_check_abundant_unicode_ratio',
  'Plugin::MIMEEval::has_check_for_ascii_text_illegal',
  'Plugin::MIMEEval::has_check_qp_ratio',
  'Plugin::SPF::has_check_for_spf_errors',
  'Plugin::URIDetail::has_host_key',
  'Plugin::MIMEHeader::has_all_header',
  'Plugin::MIMEHeader::has_tflags_range',
  'Plugin::MIMEHeader::has_tflags_concat',
  'Plugin::ASN::has_check_asn',
  'Plugin::HashBL::has_hashbl_bodyre',
  'Plugin::HashBL::has_hashbl_emails',
  'Plugin::HashBL::has_hashbl_uris',
  'Plugin::HashBL::has_hashbl_ignore',
  'Plugin::HashBL::has_hashbl_email_domain',
  'Plugin::URIDNSBL::has_tflags_domains_only',
  'Plugin::URIDNSBL::has_subtest_for_ranges',
  'Plugin::URIDNSBL::has_uridnsbl_for_a',
]);
const features: ReadonlySet<string> = new Set([
  'bayes_auto_learn_on_error',
  'bayes_stopwords',
  'blocklist_welcomelist',
  'bug6558_free',
  'capture_rules',
  'compile_regexp',
  'dns_block_rule',
  'dns_local_ports_permit_avoid',
  'dns_query_restriction',
  'edns',
  'geodb',
  'get_host',
  'header_address_parser',
  'header_first_last',
  'header_match_many',
  'local_tests_only',
  'meta_rules_matching',
  'originating_ip_headers',
  'registryboundaries',
  'subjprefix',
  'uri_host_listed',
  'welcomelist_blocklist',
  'yesno_takes_args',
]);

export interface ConditionFault {
  readonly reason: Sentence;
  readonly position: number;
}

export interface Surroundings {
  readonly plugins: ReadonlySet<string>;
  readonly hasNetwork: boolean;
}

const token = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_][\w:]*)|(&&|\|\||[<>=!]=|[!()<>]))/y;

/** Whether the condition holds. */
export function holds(text: string, around: Surroundings): boolean | ConditionFault {
  const reader = new Reader(text, around);
  const value = reader.or(0);
  return reader.fault ?? value !== 0;
}

class Reader {
  fault: ConditionFault | undefined;
  readonly #text: string;
  readonly #around: Surroundings;
  #at = 0;
  #word = '';

  constructor(text: string, around: Surroundings) {
    this.#text = text;
    this.#around = around;
    this.#next();
  }

  or(depth: number): number {
    let value = this.#and(depth);
    while (this.#takes('||')) {
      const right = this.#and(depth);
      value ||= right;
    }
    if (depth === 0 && this.#word !== '') this.#stop();
    return value;
  }

  #and(depth: number): number {
    let value = this.#comparison(depth);
    while (this.#takes('&&')) {
      const right = this.#comparison(depth);
      value &&= right;
    }
    return value;
  }

  #comparison(depth: number): number {
    const left = this.#operand(depth);
    const sign = this.#word;
    if (!/^[<>=!]=$|^[<>]$/.test(sign)) return left;
    this.#next();
    const right = this.#operand(depth);
    switch (sign) {
      case '<':
        return Number(left < right);
      case '>':
        return Number(left > right);
      case '<=':
        return Number(left <= right);
      case '>=':
        return Number(left >= right);
      case '==':
        return Number(left === right);
      default:
        return Number(left !== right);
    }
  }

  #operand(depth: number): number {
    if (depth > 50 || this.fault) return this.#stop();
    if (this.#takes('!')) return this.#operand(depth + 1) === 0 ? 1 : 0;
    if (this.#takes('(')) {
      const value = this.or(depth + 1);
      if (!this.#takes(')')) this.#stop();
      return value;
    }
    const word = this.#word;
    if (/^\d/.test(word)) {
      this.#next();
      return Number(word);
    }
    this.#next();
    switch (word) {
      case 'version':
        return languageVersion;
      case 'perl_version':
        return perlVersion;
      case 'local_tests_only':
        return this.#around.hasNetwork ? 0 : 1;
      case 'plugin':
        return this.#ask(name =>
          this.#around.plugins.has(name.replace(/Dmarc$/, 'DMARC').replace('WhiteListSubject', 'WelcomeListSubject')),
        );
      case 'can':
        return this.#ask(name => this.#isAble(name));
      case 'has':
        return this.#ask(name => !name.includes('::'));
      default:
        return this.#stop();
    }
  }

  #isAble(name: string): boolean {
    const short = name.replace(/^Mail::SpamAssassin::/, '');
    const feature = /^Conf::feature_(\w+)$/.exec(short)?.[1];
    if (feature !== undefined) return features.has(feature);
    const plugin = /^(Mail::SpamAssassin::Plugin::\w+)::/.exec(name)?.[1];
    return abilities.has(short) && (plugin === undefined || this.#around.plugins.has(plugin));
  }

  #ask(answer: (name: string) => boolean): number {
    if (!this.#takes('(')) return this.#stop();
    const name = this.#word;
    this.#next();
    if (!/^[A-Za-z_]/.test(name) || !this.#takes(')')) return this.#stop();
    return Number(answer(name));
  }

  #takes(sign: string): boolean {
    if (this.#word !== sign) return false;
    this.#next();
    return true;
  }

  #next(): void {
    token.lastIndex = this.#at;
    const match = token.exec(this.#text);
    if (!match && this.#text.slice(this.#at).trim() !== '') this.#stop();
    this.#at += match?.[0].length ?? 0;
    this.#word = match?.[1] ?? match?.[2] ?? match?.[3] ?? '';
  }

  #stop(): number {
    this.fault ??= {
      position: Math.max(0, this.#at - this.#word.length),
      reason: { en: 'the condition cannot be read', ja: '条件を読み取れません' },
    };
    this.#word = '';
    return 0;
  }
}
