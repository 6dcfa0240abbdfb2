import type { GradloomDocument, WeightsReference } from '#shared/graph/document';
import { filesOf, isFileSource, movedPath, movedSource } from '#shared/graph/fileSources';
import { importFindings } from '#shared/graph/importFindings';
import type { Operation } from '#shared/graph/operations';
import { withModelPaths } from '#shared/graph/weightPaths';
import { parseDocument, serialiseDocument } from '#shared/graph/serialise';
import type { Failure } from '#shared/protocol/calls';
import type { FileVersion, FoundWork } from '#shared/protocol/keptWork';
import { locales } from '#shared/text/locale';
import { text } from '#shared/text/text';
import { showPlace } from '../../canvas/showPlace.ts';
import { fitView } from '../../canvas/view.ts';
import { CallFailure, getClient } from '../../platform/client.ts';
import { holdKeys } from '../../platform/commands.ts';
import type { Command } from '../../platform/commands.ts';
import { chooseModel, chooseToOpen, orTell, startFolder } from '../../state/chooseFile.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import { useExportStore } from '../../state/exportStore.ts';
import { useNoticeStore } from '../../state/noticeStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { showCanvas } from '../../state/showCanvas.ts';
import { commitOpenDraft } from '../../ui/drafts.ts';
import { moment } from '../../ui/format.ts';
import { showFoundWork, useKeptWork, windowName } from '../../state/keptWork.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { describeMessage } from '../../ui/words.ts';
import { elsewhereOf, modelEnding } from './elsewhere.ts';
import { findRepeats } from './findRepeats.ts';
import { baseName, documentEnding, documentName, folderOf, joinPath, suggestedName } from './paths.ts';
import { ask } from '../../state/fileQuestions.ts';

/** Nothing half typed and no drag under way: what is read next is what the person sees. */
function settleEdits(): void {
  commitOpenDraft();
  useDocumentStore.getState().commitGesture();
}

/** Makes sure that nothing unsaved goes without being asked for. Tells whether to go on. */
async function settle(): Promise<boolean> {
  settleEdits();
  const { dirty, document, path } = useDocumentStore.getState();
  if (!dirty) return true;
  const answer = await ask('unsaved', { name: path === null ? document.name : baseName(path) });
  return answer === 'discard' || (answer === 'save' && (await save()));
}

/** Puts a document into the window, before whatever lies over the canvas. */
function bring(document: GradloomDocument, path: string | null, modified: number | null, isSaved = true): void {
  useDocumentStore.getState().load(document, path, modified, isSaved);
  showCanvas();
}

/** Begins an empty document. */
export async function newFile(): Promise<void> {
  if (!(await settle())) return;
  useDocumentStore.getState().newDocument(text(useViewStore.getState().locale, 'files.untitled'));
  showCanvas();
}

/** Opens another window of the app, or another tab of the browser. */
export async function newWindow(): Promise<void> {
  if (useEngineStore.getState().shell?.shell === 'electron') {
    await orTell('files.failed.newWindow', getClient().call('window.new', {}));
    return;
  }
  // The new tab takes over this one's storage, and the token in it.
  if (window.open(location.href) === null) useNoticeStore.getState().notify('problem', 'files.failed.newWindow');
}

/** Shows a document that comes from a template: it has no file yet. */
export async function openTemplate(document: GradloomDocument): Promise<void> {
  if (await settle()) bring(document, null, null);
}

/** The page learns no path of a file that was dropped, and a model is read where it lies: says how it comes in. */
export function tellImport(name: string): void {
  const action = { label: 'files.import', run: () => void importModel() } as const;
  useNoticeStore.getState().notify('information', 'import.dropped', { name }, action);
}

/**
 * Shows the text of a document that was dropped on the window, and says of a model how it comes in. The page learns no path
 * of a document, so it has no file yet.
 */
export async function openDropped(name: string, written: string): Promise<void> {
  if (elsewhereOf(name, written) === 'model') {
    tellImport(name);
    return;
  }
  if (!(await settle())) return;
  const document = await parseOrTell(name, written);
  if (document !== null) bring(document, null, null);
}

/** Opens a file, chosen in a dialog where no path is given. What cannot be opened is explained and changes nothing. */
export async function openFile(path?: string): Promise<void> {
  if (!(await settle())) return;
  const chosen = path ?? (await chooseToOpen('files.failed.open', startFolder()));
  if (chosen !== null) await show(chosen);
}

async function show(path: string): Promise<void> {
  const read = await orTell('files.failed.open', getClient().call('document.read', { path }));
  if (read === undefined) return;
  const document = await parseOrTell(read.path, read.text);
  if (document !== null) bring(document, read.path, read.modified);
}

async function parseOrTell(name: string, written: string): Promise<GradloomDocument | null> {
  const parsed = parseDocument(written);
  if (parsed.ok) return parsed.document;
  await ask('broken', { path: name, problems: parsed.problems, elsewhere: elsewhereOf(name, written) });
  return null;
}

/** Shows unsaved work that was found, as unsaved as it was. It leaves the store when this window has kept it anew. */
export async function openFoundWork(work: FoundWork): Promise<void> {
  if (!(await settle())) return;
  const { window, path, name, modified } = work;
  const client = getClient();
  const read = await orTell('files.work.failed', client.call('work.read', { window }));
  if (read === undefined) return;
  const document = await parseOrTell(path ?? name, read.text);
  if (document === null) return;
  useKeptWork.setState({ found: null });
  bring(document, path, modified, false);
  const kept = client.call('work.keep', { window: windowName, path, name, modified, text: read.text });
  await orTell(
    'files.work.failed',
    kept.then(() => client.call('work.discard', { window })),
  );
}

/** Forgets unsaved work that was found. */
export async function discardFoundWork({ window }: FoundWork): Promise<void> {
  const client = getClient();
  const left = await orTell(
    'files.work.failed',
    client.call('work.discard', { window }).then(() => showFoundWork(client)),
  );
  if (left === 0) useKeptWork.setState({ found: null });
}

/** Shows what was left behind unsaved, or says that nothing was. */
export async function findWork(): Promise<void> {
  const count = await orTell('files.work.failed', showFoundWork(getClient()));
  if (count === 0) useNoticeStore.getState().notify('information', 'files.work.none');
}

/** Shows an earlier version of the document's file, unsaved: saving puts it back, and keeps what it replaces. */
export async function openVersion({ version, time }: FileVersion): Promise<void> {
  if (!(await settle())) return;
  const { path, modified } = useDocumentStore.getState();
  if (path === null) return;
  const read = await orTell('files.versions.failed', getClient().call('document.version', { path, version }));
  const document = read === undefined ? null : await parseOrTell(path, read.text);
  if (document === null) return;
  bring(document, path, modified, false);
  const { locale } = useViewStore.getState();
  useNoticeStore.getState().notify('information', 'files.versions.opened', { time: moment(time, locale) });
}

function openVersions(): void {
  useViewStore.getState().openDialog({ kind: 'versions' });
}

/** Shows what is on the disk in the place of what is in the window. */
export async function reload(): Promise<void> {
  settleEdits();
  const { dirty, path } = useDocumentStore.getState();
  if (path === null || (dirty && !(await ask('reload', { name: baseName(path) })))) return;
  await show(path);
}

/** Leaves what is on the disk as it is for now: the next save replaces it, and keeps it as an earlier version. */
export function keepMine(): void {
  const { file } = useKeptWork.getState();
  useDocumentStore.getState().markUnsaved(file?.modified ?? null);
  useKeptWork.setState({ file: null });
}

/** Writes the document to a file of its own beside the one that was changed, and goes on with that. */
export async function saveBeside(): Promise<boolean> {
  settleEdits();
  const { path } = useDocumentStore.getState();
  if (path === null) return saveAs();
  for (let number = 2; number < 100; number++) {
    const beside = joinPath(folderOf(path), `${documentName(path)} ${number}${documentEnding}`);
    const failure = await tryWrite(beside, false);
    if (failure === null) return true;
    if (failure.code === 'file.exists') continue;
    // Where single files are granted, the person chooses the place.
    return failure.code === 'file.notGranted' ? saveAs() : afterRefusal(beside, failure);
  }
  return saveAs();
}

/**
 * Brings a model file in: what it holds becomes a document in a file of its own, with the weights beside it, and is
 * shown.
 */
export async function importModel(): Promise<void> {
  if (!(await settle())) return;
  const path = await chooseModel('import.failed', 'import');
  if (path === null) return;
  const named = baseName(path) === 'model.json' ? folderOf(path) : path;
  const name = suggestedName(baseName(named).replace(modelEnding, ''));
  const place = await orTell('import.failed', holdKeys(getClient().call('dialog.save', { suggested: name })));
  if (place === undefined) return;
  const out = place.available ? place.path : await ask('saveAs', { folder: folderOf(named), name });
  // The platform's own dialog has asked already whether to replace a file.
  if (out !== null) await importTo(path, out, place.available);
}

async function importTo(path: string, out: string, overwrite: boolean): Promise<void> {
  try {
    const imported = await getClient().call('import.model', { path, out, overwrite });
    await show(imported.path);
    await tellImported(imported.name, imported.weights !== null);
    void offerCells();
  } catch (problem) {
    if (!(problem instanceof CallFailure)) throw problem;
    const { failure } = problem;
    if (failure.code === 'file.exists') {
      if (await ask('exists', { path: out })) await importTo(path, out, true);
    } else await ask('failure', { title: 'import.failed', failure });
  }
}

/** Says that a model has come in; what in it is not as it was in its file stands in a dialog, with the way out. */
async function tellImported(name: string, hasWeights: boolean): Promise<void> {
  const findings = importFindings(useDocumentStore.getState().document);
  if (findings.length === 0) {
    const words = hasWeights ? 'import.done' : 'import.done.noWeights';
    useNoticeStore.getState().notify('information', words, { name });
    return;
  }
  const node = findings[0]?.nodes[0]?.id;
  if ((await ask('imported', { name, findings, hasWeights })) && node !== undefined) showPlace({ node });
}

/** Says how many repeated blocks a model has that just came in, with a button that makes cells of them. */
async function offerCells(): Promise<void> {
  const { document } = useDocumentStore.getState();
  const found = await findRepeats({ document, locale: useViewStore.getState().locale });
  const cells = found?.cells ?? [];
  if (cells.length === 0 || useDocumentStore.getState().document !== document) return;
  const action = { label: 'repeats.action', run: () => void makeCellsOfRepeats() } as const;
  useNoticeStore.getState().notify('information', 'repeats.found', { count: cells.length }, action);
}

/** So long a search goes on before it is told, in milliseconds. */
const quietSearch = 500;

/**
 * Makes cells of all repeated blocks, as one edit. The weights that the document names keep their numbers: they lie in a
 * new file beside it under the ids that they have from then on.
 */
export async function makeCellsOfRepeats(): Promise<void> {
  settleEdits();
  const { document, path } = useDocumentStore.getState();
  const { notify } = useNoticeStore.getState();
  const telling = setTimeout(() => notify('information', 'repeats.searching'), quietSearch);
  const found = await findRepeats({ document, locale: useViewStore.getState().locale }).finally(() =>
    clearTimeout(telling),
  );
  if (found === null) return;
  const { cells, operations, names } = found;
  if (cells.length === 0) {
    notify('information', 'repeats.none');
    return;
  }
  let reference: WeightsReference | null = null;
  if (document.weights !== undefined && path !== null) {
    const answer = await orTell(
      'repeats.failed',
      getClient().call('weights.rename', { document, beside: path, names }),
    );
    if (answer === undefined) return;
    ({ reference } = answer);
  }
  const { document: now, edit } = useDocumentStore.getState();
  // What was edited meanwhile is not in the cells.
  if (now !== document) {
    notify('problem', 'repeats.changed');
    return;
  }
  useSelectionStore.getState().clear();
  useViewStore.getState().showSheet(null);
  edit(
    [...operations, ...(reference === null ? [] : [{ kind: 'setDocument', set: { weights: reference } } as const])],
    {
      key: 'repeats.edit',
    },
  );
  fitView();
  notify('information', 'repeats.done', {
    cells: cells.length,
    places: cells.reduce((sum, { places }) => sum + places, 0),
  });
}

/**
 * Takes weights of a model file into the document, for the selected nodes and all inside them, or for everything where
 * nothing is selected. They lie in a file beside the document, which has to have one of its own for that.
 */
export async function takeWeights(): Promise<void> {
  settleEdits();
  if (useDocumentStore.getState().path === null && !(await saveAs())) return;
  const path = await chooseModel('take.failed', 'weights');
  const { document, path: beside, edit } = useDocumentStore.getState();
  if (path === null || beside === null) return;
  const selected = [...useSelectionStore.getState().nodes];
  const nodes = selected.length === 0 ? null : selected;
  const found = await orTell('take.failed', getClient().call('weights.take', { path, document, beside, nodes }));
  if (found === undefined) return;
  const { reference, taken, all } = found;
  const values = { taken, all, file: baseName(path) };
  if (reference === null) {
    useNoticeStore.getState().notify('problem', 'take.none', values);
    return;
  }
  edit([{ kind: 'setDocument', set: { weights: reference } }], { key: 'take.edit' });
  useNoticeStore.getState().notify('information', 'take.done', values);
}

/** Opens the dialog that hands the document on as a model file. */
export function openExport(): void {
  settleEdits();
  useExportStore.setState({ isOpen: true, stage: null });
}

/** Where a model file of this name shall go; null where the person has thought better of it. */
export async function chooseExportPlace(
  name: string,
  ending: string,
): Promise<{ readonly path: string; readonly mayReplace: boolean } | null> {
  const suggested = suggestedName(name, ending);
  const native = await holdKeys(getClient().call('dialog.export', { suggested }));
  const path = native.available
    ? native.path
    : await ask('exportTo', { folder: startFolder(), name: suggested, ending });
  // The platform's own dialog has asked already whether to replace a file.
  return path === null ? null : { path, mayReplace: native.available };
}

/** Writes the document to its file, or asks for one. Tells whether it was written. */
export async function save(): Promise<boolean> {
  settleEdits();
  const { path } = useDocumentStore.getState();
  return path === null ? saveAs() : write(path, false);
}

/** Asks for a file and writes the document to it. Tells whether it was written. */
export async function saveAs(): Promise<boolean> {
  settleEdits();
  const { document, path } = useDocumentStore.getState();
  const name = path === null ? suggestedName(document.name) : baseName(path);
  const native = await orTell('files.failed.save', holdKeys(getClient().call('dialog.save', { suggested: name })));
  if (native === undefined) return false;
  // The platform's own dialog has asked already whether to replace a file.
  if (native.available) return native.path !== null && write(native.path, true);
  const chosen = await ask('saveAs', { folder: startFolder(), name });
  return chosen !== null && write(chosen, false);
}

async function write(path: string, overwrite: boolean): Promise<boolean> {
  const failure = await tryWrite(path, overwrite);
  return failure === null || afterRefusal(path, failure);
}

/** What the format allows. */
const longestName = 200;

let underWay: Promise<unknown> = Promise.resolve();

/**
 * Writes the document to a file. null, or why it could not be written; nothing has changed then. One after the other: a
 * save during another would take what that one writes for a change by somebody else.
 */
function tryWrite(path: string, overwrite: boolean): Promise<Failure | null> {
  const written = underWay.then(() => writeNow(path, overwrite));
  underWay = written.catch(() => null);
  return written;
}

async function writeNow(path: string, overwrite: boolean): Promise<Failure | null> {
  const { document, path: ownPath, modified } = useDocumentStore.getState();
  const expected = path === ownPath ? modified : null;
  const moved = movedDocument(ownPath === null ? namedAfter(document, path) : document, ownPath, path);
  try {
    const written = await getClient().call('document.write', {
      path,
      text: serialiseDocument(moved),
      expected,
      overwrite,
    });
    const now = useDocumentStore.getState();
    // What was edited while the file was written is not in it.
    if (now.document === document) {
      const isNamed = moved.name !== document.name;
      const operations: readonly Operation[] = [
        ...(isNamed ? [{ kind: 'setDocument', set: { name: moved.name } } as const] : []),
        ...(moved.training === document.training
          ? []
          : [{ kind: 'setTraining', set: { data: moved.training.data } } as const]),
      ];
      if (operations.length > 0) now.edit(operations, { key: isNamed ? 'files.edit.named' : 'training.edit.data' });
      useDocumentStore.getState().markSaved(written.path, written.modified);
    } else useDocumentStore.setState({ path: written.path, modified: written.modified });
    const { notify } = useNoticeStore.getState();
    if (written.backup === null) notify('information', 'files.saved', { name: baseName(written.path) });
    else {
      const reason = describeMessage(useViewStore.getState().locale, 'failure', written.backup);
      notify('problem', 'files.versions.notKept', { reason });
    }
    return null;
  } catch (problem) {
    if (!(problem instanceof CallFailure)) throw problem;
    return problem.failure;
  }
}

/** A document that nobody has named yet goes by the name of its first file. */
function namedAfter(document: GradloomDocument, path: string): GradloomDocument {
  const name = documentName(path).trim().slice(0, longestName);
  const isNamed = locales.every((locale) => document.name !== text(locale, 'files.untitled'));
  return name === '' || isNamed ? document : { ...document, name };
}

/** The document with the ways to its files of data, and to model files, as they are from its new place. */
function movedDocument(given: GradloomDocument, from: string | null, to: string): GradloomDocument {
  const [former, folder] = [from === null ? null : folderOf(from), folderOf(to)];
  const document = withModelPaths(given, (path) => movedPath(path, former, folder));
  const { training } = document;
  if (training.data === null || !isFileSource(training.data.source)) return document;
  const { source } = training.data;
  const moved = movedSource(source, former, folder);
  if (filesOf(moved).every(({ path }, at) => path === filesOf(source)[at]?.path)) return document;
  return { ...document, training: { ...training, data: { ...training.data, source: moved } } };
}

/** What to do when a file could not be written as it was asked for. */
async function afterRefusal(path: string, failure: Failure): Promise<boolean> {
  if (failure.code === 'file.changed') {
    const answer = await ask('changed', { path });
    if (answer === 'overwrite') return write(path, true);
    return answer === 'saveAs' && saveAs();
  }
  if (failure.code === 'file.exists') return (await ask('exists', { path })) && write(path, true);
  return (await ask('notSaved', { failure })) === 'saveAs' && saveAs();
}

/** The commands of files, for the composition root to register. */
export const fileCommands: readonly Command[] = [
  { id: 'file.new', label: 'files.new', keys: ['Alt+N', 'Mod+N'], global: true, run: () => void newFile() },
  {
    id: 'file.newWindow',
    label: 'files.newWindow',
    // Browsers keep the second one to themselves.
    keys: ['Alt+Shift+N', 'Mod+Shift+N'],
    global: true,
    run: () => void newWindow(),
  },
  { id: 'file.open', label: 'files.open', keys: ['Mod+O'], global: true, run: () => void openFile() },
  { id: 'file.save', label: 'files.save', keys: ['Mod+S'], global: true, run: () => void save() },
  { id: 'file.saveAs', label: 'files.saveAs', keys: ['Mod+Shift+S'], global: true, run: () => void saveAs() },
  {
    id: 'file.versions',
    label: 'files.versions',
    when: () => useDocumentStore.getState().path !== null,
    run: openVersions,
  },
  { id: 'file.unsavedWork', label: 'files.work', run: () => void findWork() },
  { id: 'file.export', label: 'files.export', keys: ['Mod+E'], global: true, run: openExport },
  { id: 'structure.repeats', label: 'repeats.command', run: () => void makeCellsOfRepeats() },
  { id: 'file.import', label: 'files.import', run: () => void importModel() },
  { id: 'file.takeWeights', label: 'files.takeWeights', run: () => void takeWeights() },
];
