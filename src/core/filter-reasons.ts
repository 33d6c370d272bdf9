// SPDX-License-Identifier: Apache-2.0
/** Filter reasons — why the learning filter says what it says of one message: its strongest pieces, and the strongest words of Bayes. */
export type PieceKind =
  /** Four bytes in a row, or three for Bayes; `of` says where: `head`, `text`, `address`. */
  | 'signs'
  /** `of` is the field it stands in; empty in the text. */
  | 'word'
  /** Of an attribute of HTML: a colour, a size, a host. */
  | 'value'
  /** A word after `of`, so many words apart as `apart` says; or two runs of Japanese signs. */
  | 'pair'
  /** Kana and kanji in a row. */
  | 'japanese'
  /** A field that is there, and one that follows `of`. */
  | 'field'
  | 'fields'
  | 'tag'
  | 'tags'
  /** How the message is built: `of` says in what. */
  | 'trait';

/** What one feature was made from, as strangers wrote it: whoever shows it makes it harmless. */
export interface Piece {
  readonly kind: PieceKind;
  readonly text: string;
  readonly of: string;
  readonly apart: number;
}

export interface StrongPiece {
  readonly piece: Piece;
  /** By how much the filter's log-odds fall if the piece is left out; negative where it speaks for the message. */
  readonly points: number;
  /** In how many of the counted messages of either kind it was. */
  readonly spam: number;
  readonly ham: number;
}

export interface BayesWord {
  readonly piece: Piece;
  /** P(word | spam) and P(word | ham). */
  readonly spamShare: number;
  readonly hamShare: number;
}

export interface FilterReasons {
  /** As the filter gives them in points, before any cap. */
  readonly logOdds: number;
  readonly learned: { readonly spam: number; readonly ham: number };
  /** Strongest first. */
  readonly pieces: readonly StrongPiece[];
  /** How many learned messages the pieces were looked for in: the last ones. */
  readonly counted: { readonly spam: number; readonly ham: number };
  readonly bayes: {
    readonly words: readonly BayesWord[];
    /** Combined over all words of the message, and over these alone. */
    readonly probability: number;
    readonly ofThese: number;
  };
}
