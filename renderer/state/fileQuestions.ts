import type { ImportFinding } from '#shared/graph/importFindings';
import type { ParseProblem } from '#shared/graph/serialise';
import { create } from 'zustand';
import type { Failure } from '#shared/protocol/calls';
import type { TextKey } from '#shared/text/text';

/** What a file is that is no document, as far as its name and its beginning tell. */
export type Elsewhere = 'model' | 'data' | 'lesson';

/** What the window may have to ask about files, and what a person may answer. */
export interface Questions {
  /** Unsaved changes would go. */
  unsaved: { readonly asked: { readonly name: string }; readonly answer: 'save' | 'discard' | 'cancel' };
  open: { readonly asked: { readonly folder: string }; readonly answer: string | null };
  /** A file or a folder of data. */
  data: {
    readonly asked: { readonly folder: string; readonly chooses: 'file' | 'folder' };
    readonly answer: string | null;
  };
  /** A model file: a whole document to bring in, or one to take weights from. */
  model: {
    readonly asked: { readonly folder: string; readonly purpose: 'import' | 'weights' };
    readonly answer: string | null;
  };
  /** The archive of the native engine. */
  engine: { readonly asked: { readonly folder: string }; readonly answer: string | null };
  /** Where a model file goes; `ending` is '' where it is a folder. */
  exportTo: {
    readonly asked: { readonly folder: string; readonly name: string; readonly ending: string };
    readonly answer: string | null;
  };
  saveAs: { readonly asked: { readonly folder: string; readonly name: string }; readonly answer: string | null };
  /** Another program wrote the file meanwhile. */
  changed: { readonly asked: { readonly path: string }; readonly answer: 'overwrite' | 'saveAs' | 'cancel' };
  /** A file of this name is there already. */
  exists: { readonly asked: { readonly path: string }; readonly answer: boolean };
  /** A file is no document, or no lesson where one was asked for. */
  broken: {
    readonly asked: {
      readonly path: string;
      readonly problems: readonly ParseProblem[];
      readonly wanted?: 'lesson';
      /** Where else it may be welcome. */
      readonly elsewhere?: Elsewhere | null;
    };
    readonly answer: null;
  };
  /** What is on the disk would take the place of unsaved changes. */
  reload: { readonly asked: { readonly name: string }; readonly answer: boolean };
  /** The document could not be written; it can go elsewhere. */
  notSaved: { readonly asked: { readonly failure: Failure }; readonly answer: 'saveAs' | 'close' };
  /** A model has come in, and something in it is not as it was in its file: whether to show the first such place. */
  imported: {
    readonly asked: {
      readonly name: string;
      readonly findings: readonly ImportFinding[];
      readonly hasWeights: boolean;
    };
    readonly answer: boolean;
  };
  /** A call failed. */
  failure: { readonly asked: { readonly title: TextKey; readonly failure: Failure }; readonly answer: null };
}
export type QuestionKind = keyof Questions;

/** A question that waits for its answer. */
export type Question = {
  [Kind in QuestionKind]: {
    readonly kind: Kind;
    readonly asked: Questions[Kind]['asked'];
    answer(answer: Questions[Kind]['answer']): void;
  };
}[QuestionKind];

/** The question that is open, if any. One at a time: asking another one answers nothing. */
export const useQuestionStore = create<{ readonly question: Question | null }>()(() => ({ question: null }));

/** Asks and waits for the answer. */
export function ask<Kind extends QuestionKind>(
  kind: Kind,
  asked: Questions[Kind]['asked'],
): Promise<Questions[Kind]['answer']> {
  return new Promise((resolve) => {
    const question = {
      kind,
      asked,
      answer: (answer: Questions[Kind]['answer']) => {
        useQuestionStore.setState({ question: null });
        resolve(answer);
      },
    };
    useQuestionStore.setState({ question: question as unknown as Question });
  });
}
