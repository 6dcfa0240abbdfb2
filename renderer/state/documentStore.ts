import { create } from 'zustand';
import { check, checkInParts } from '#shared/check/check';
import type { CheckResult } from '#shared/check/diagnostic';
import { applyOperations } from '#shared/graph/applyOperation';
import type { GradloomDocument } from '#shared/graph/document';
import { createHistory, jump, record, redo, undo } from '#shared/graph/history';
import type { History } from '#shared/graph/history';
import type { Operation } from '#shared/graph/operations';
import { newDocument } from '#shared/graph/queries';
import type { TextValues } from '#shared/text/locale';
import type { TextKey } from '#shared/text/text';

/** What an entry of the history is called. */
export interface EditLabel {
  readonly key: TextKey;
  readonly values?: TextValues;
}

/** A drag or a slide under way: shown at once, one entry of the history when it ends. */
interface Gesture {
  readonly base: GradloomDocument;
  readonly label: EditLabel;
  readonly onEnd: (() => void) | undefined;
}

export interface DocumentState {
  readonly document: GradloomDocument;
  readonly check: CheckResult;
  /** True while `check` still speaks of an earlier state of the document. */
  readonly checkPending: boolean;
  readonly history: History;
  readonly path: string | null;
  /** Modification time of the file when it was last read or written. */
  readonly modified: number | null;
  readonly dirty: boolean;
  readonly undoLabel: EditLabel | null;
  readonly redoLabel: EditLabel | null;
  /** Counts documents loaded: the canvas fits the view when it changes. */
  readonly loaded: number;
  /** Applies operations as one labelled entry. Throws an OperationError where one does not fit; nothing changes then. */
  edit(operations: readonly Operation[], label: EditLabel): void;
  /**
   * Begins a gesture; a former one is committed. Whatever else edits the document, saves it or runs it commits this one.
   * @param onEnd told when it is over, whoever ended it
   */
  beginGesture(label: EditLabel, onEnd?: () => void): OpenGesture;
  /** Makes the gesture under way one entry; none where there is no gesture or it changed nothing. */
  commitGesture(): void;
  undo(): void;
  redo(): void;
  /** Goes to where the first `index` entries of the history are done and the others undone. */
  travelTo(index: number): void;
  /** `isSaved`: the document is what its file holds, or has none and is nobody's work yet. */
  load(document: GradloomDocument, path: string | null, modified: number | null, isSaved?: boolean): void;
  newDocument(name?: string): void;
  markSaved(path: string, modified: number): void;
  /** The file holds something else than the document, and its time is this one; null: there is no file any more. */
  markUnsaved(modified: number | null): void;
}

/** A gesture, for who began it. Once it is over nothing that is asked of it does anything. */
export interface OpenGesture {
  readonly isOpen: boolean;
  /** Shows these operations, counted from where the gesture began, in place of what it showed before. */
  update(operations: readonly Operation[]): void;
  /** Makes it one entry; none where it changed nothing. */
  commit(): void;
  /** Puts back what was before it. */
  cancel(): void;
}

/** Beyond this a check would be felt while typing, so it waits for a pause. */
const synchronousCheckMilliseconds = 8;
const checkPause = 80;
/** In a document with more nodes than this an edit may change what half of them say: that waits for a pause, however short the check. */
const mostNodesAtOnce = 500;

let lastCheckMilliseconds = 0;
let checkTimer: ReturnType<typeof setTimeout> | undefined;
let gesture: Gesture | null = null;
/** Where no state of the document is in its file. */
const nothingSaved = Symbol('nothing saved');
/** The entry that the saved file ends with; `undefined` stands for the state a document was loaded in. */
let savedEntry: unknown;

function timedCheck(document: GradloomDocument): CheckResult {
  const start = performance.now();
  const result = check(document);
  lastCheckMilliseconds = performance.now() - start;
  return result;
}

function isLarge({ graph, cells }: GradloomDocument): boolean {
  return (
    [graph, ...cells.map((cell) => cell.graph)].reduce((sum, { nodes }) => sum + nodes.length, 0) > mostNodesAtOnce
  );
}

/** Positions and the document's name mean nothing to check. */
function changesMeaning(operations: readonly Operation[]): boolean {
  return operations.some((operation) => operation.kind !== 'moveNodes' && operation.kind !== 'setDocument');
}

function lastEntry(history: History): unknown {
  return history.entries[history.index - 1];
}

function labelAt(history: History, index: number): EditLabel | null {
  const entry = history.entries[index];
  return entry === undefined ? null : { key: entry.label.key as TextKey, values: entry.label.values };
}

const firstDocument = newDocument();
const firstHistory = createHistory();

/** The document, its history and what check says of it. */
export const useDocumentStore = create<DocumentState>()((set, get) => {
  /** Everything that follows from a history. */
  const following = (history: History): Pick<DocumentState, 'history' | 'dirty' | 'undoLabel' | 'redoLabel'> => ({
    history,
    dirty: lastEntry(history) !== savedEntry,
    undoLabel: labelAt(history, history.index - 1),
    redoLabel: labelAt(history, history.index),
  });

  const checked = (document: GradloomDocument): Partial<DocumentState> => {
    clearTimeout(checkTimer);
    if (lastCheckMilliseconds < synchronousCheckMilliseconds && !isLarge(document)) {
      return { check: timedCheck(document), checkPending: false };
    }
    checkTimer = setTimeout(checkBetween, checkPause);
    return { checkPending: true };
  };

  /** Checks in parts, each a task of its own: what is pressed meanwhile is answered in between, and an edit ends it. */
  const checkBetween = (): void => {
    const parts = checkInParts(get().document);
    let spent = 0;
    const goOn = (): void => {
      const start = performance.now();
      const part = parts.next();
      spent += performance.now() - start;
      if (part.done !== true) {
        checkTimer = setTimeout(goOn);
        return;
      }
      lastCheckMilliseconds = spent;
      set({ check: part.value, checkPending: false });
    };
    goOn();
  };

  const open = (
    document: GradloomDocument,
    path: string | null,
    modified: number | null,
    isSaved: boolean = true,
  ): void => {
    clearTimeout(checkTimer);
    const former = gesture;
    gesture = null;
    savedEntry = isSaved ? undefined : nothingSaved;
    set((state) => ({
      document,
      check: timedCheck(document),
      checkPending: false,
      path,
      modified,
      loaded: state.loaded + 1,
      ...following(createHistory()),
    }));
    former?.onEnd?.();
  };

  const travel = (way: typeof undo): void => {
    get().commitGesture();
    const { history, document } = get();
    const moved = way(history, document);
    if (moved === null) return;
    set({ document: moved.document, ...checked(moved.document), ...following(moved.history) });
  };

  return {
    document: firstDocument,
    check: timedCheck(firstDocument),
    checkPending: false,
    path: null,
    modified: null,
    loaded: 0,
    ...following(firstHistory),

    edit: (operations, label) => {
      get().commitGesture();
      const before = get().document;
      const document = applyOperations(before, operations);
      if (document === before) return;
      set({
        document,
        ...(changesMeaning(operations) ? checked(document) : {}),
        ...following(record(get().history, before, document, label)),
      });
    },

    beginGesture: (label, onEnd) => {
      get().commitGesture();
      const own: Gesture = { base: get().document, label, onEnd };
      gesture = own;
      return {
        get isOpen() {
          return gesture === own;
        },
        update: (operations) => {
          if (gesture !== own) return;
          const document = applyOperations(own.base, operations);
          set({ document, ...(changesMeaning(operations) ? checked(document) : {}) });
        },
        commit: () => {
          if (gesture === own) get().commitGesture();
        },
        cancel: () => {
          if (gesture !== own) return;
          gesture = null;
          if (get().document !== own.base) set({ document: own.base, ...checked(own.base) });
          onEnd?.();
        },
      };
    },

    commitGesture: () => {
      if (gesture === null) return;
      const { base, label, onEnd } = gesture;
      gesture = null;
      const { document, history } = get();
      if (document !== base) set(following(record(history, base, document, label)));
      onEnd?.();
    },

    undo: () => travel(undo),
    redo: () => travel(redo),
    travelTo: (index) => travel((history, document) => jump(history, document, index)),

    load: open,
    newDocument: (name) => open(newDocument(name), null, null),

    markSaved: (path, modified) => {
      get().commitGesture();
      savedEntry = lastEntry(get().history);
      set({ path, modified, dirty: false });
    },

    markUnsaved: (modified) => {
      savedEntry = nothingSaved;
      set({ modified, dirty: true });
    },
  };
});
