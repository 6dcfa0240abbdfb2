import type { JSX, ReactNode } from 'react';
import { describeProblem } from '#shared/graph/serialise';
import { useLocale, useText } from '../../platform/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { describeMessage } from '../../ui/words.ts';
import { FileDialog } from './FileDialog.tsx';
import styles from './FileQuestions.module.css';
import { baseName } from './paths.ts';
import { useQuestionStore } from '../../state/fileQuestions.ts';

const mostProblems = 8;

/** The dialog of the question that files have at the moment, if any. */
export function FileQuestions(): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const question = useQuestionStore((store) => store.question);
  if (question === null) return null;
  switch (question.kind) {
    case 'unsaved':
      return (
        <Asking
          title={say('files.unsaved.title')}
          onCancel={() => question.answer('cancel')}
          onSubmit={() => question.answer('save')}
          actions={
            <>
              <Button look="danger" onClick={() => question.answer('discard')}>
                {say('files.unsaved.discard')}
              </Button>
              <Button onClick={() => question.answer('cancel')}>{say('ui.cancel')}</Button>
              <Button look="primary" type="submit" data-autofocus>
                {say('files.unsaved.save')}
              </Button>
            </>
          }
        >
          {say('files.unsaved', { name: question.asked.name })}
        </Asking>
      );
    case 'changed':
      return (
        <Asking
          title={say('files.changed.title')}
          onCancel={() => question.answer('cancel')}
          onSubmit={() => question.answer('saveAs')}
          actions={
            <>
              <Button look="danger" onClick={() => question.answer('overwrite')}>
                {say('files.overwrite')}
              </Button>
              <Button onClick={() => question.answer('cancel')}>{say('ui.cancel')}</Button>
              <Button look="primary" type="submit" data-autofocus>
                {say('files.saveAs')}
              </Button>
            </>
          }
        >
          {say('files.changed', { name: baseName(question.asked.path) })}
        </Asking>
      );
    case 'exists':
      return (
        <Asking
          title={say('files.exists.title')}
          onCancel={() => question.answer(false)}
          actions={
            <>
              <Button look="danger" onClick={() => question.answer(true)}>
                {say('files.replace')}
              </Button>
              <Button data-autofocus onClick={() => question.answer(false)}>
                {say('ui.cancel')}
              </Button>
            </>
          }
        >
          {say('files.exists', { name: baseName(question.asked.path) })}
        </Asking>
      );
    case 'broken': {
      const { path, problems } = question.asked;
      return (
        <Asking
          title={say('files.broken.title', { name: baseName(path) })}
          onCancel={() => question.answer(null)}
          onSubmit={() => question.answer(null)}
          actions={
            <Button look="primary" type="submit" data-autofocus>
              {say('ui.close')}
            </Button>
          }
        >
          <p>{say('files.broken')}</p>
          <ul className={styles.problems}>
            {problems.slice(0, mostProblems).map((problem, index) => (
              <li key={index}>
                {placeOf(problem.path) !== '' && <code className={styles.place}>{placeOf(problem.path)}</code>}
                {describeProblem(locale, problem)}
              </li>
            ))}
          </ul>
          {problems.length > mostProblems && (
            <p>{say('files.broken.more', { count: problems.length - mostProblems })}</p>
          )}
        </Asking>
      );
    }
    case 'reload':
      return (
        <Asking
          title={say('files.disk.reload.title')}
          onCancel={() => question.answer(false)}
          actions={
            <>
              <Button look="danger" onClick={() => question.answer(true)}>
                {say('files.disk.reload.do')}
              </Button>
              <Button data-autofocus onClick={() => question.answer(false)}>
                {say('ui.cancel')}
              </Button>
            </>
          }
        >
          {say('files.disk.reload.help', { name: question.asked.name })}
        </Asking>
      );
    case 'notSaved':
      return (
        <Asking
          title={say('files.notSaved.title')}
          onCancel={() => question.answer('close')}
          onSubmit={() => question.answer('saveAs')}
          actions={
            <>
              <Button onClick={() => question.answer('close')}>{say('ui.close')}</Button>
              <Button look="primary" type="submit" data-autofocus>
                {say('files.saveAs')}
              </Button>
            </>
          }
        >
          <p>{describeMessage(locale, 'failure', question.asked.failure)}</p>
          <p>{say('files.notSaved.kept')}</p>
        </Asking>
      );
    case 'failure':
      return (
        <Asking
          title={say(question.asked.title)}
          onCancel={() => question.answer(null)}
          onSubmit={() => question.answer(null)}
          actions={
            <Button look="primary" type="submit" data-autofocus>
              {say('ui.close')}
            </Button>
          }
        >
          {describeMessage(locale, 'failure', question.asked.failure)}
        </Asking>
      );
    case 'open':
      return (
        <FileDialog
          key="open"
          title={say('files.dialog.open')}
          action={say('files.dialog.open.action')}
          folder={question.asked.folder}
          onAnswer={question.answer}
        />
      );
    case 'data': {
      const { folder, chooses } = question.asked;
      return (
        <FileDialog
          key={`data ${chooses}`}
          title={say(chooses === 'file' ? 'files.dialog.data' : 'files.dialog.folder')}
          action={say(chooses === 'file' ? 'files.dialog.data.action' : 'files.dialog.folder.action')}
          folder={folder}
          chooses={chooses}
          onAnswer={question.answer}
        />
      );
    }
    case 'model':
      return (
        <FileDialog
          key="model"
          title={say(question.asked.purpose === 'import' ? 'import.title' : 'take.title')}
          action={say(question.asked.purpose === 'import' ? 'import.action' : 'take.action')}
          folder={question.asked.folder}
          chooses="model"
          onAnswer={question.answer}
        />
      );
    case 'exportTo':
      return (
        <FileDialog
          key="exportTo"
          title={say('export.dialog')}
          action={say('export.dialog.action')}
          folder={question.asked.folder}
          name={question.asked.name}
          ending={question.asked.ending}
          chooses="file"
          onAnswer={question.answer}
        />
      );
    case 'saveAs':
      return (
        <FileDialog
          key="saveAs"
          title={say('files.dialog.save')}
          action={say('files.dialog.save.action')}
          folder={question.asked.folder}
          name={question.asked.name}
          onAnswer={question.answer}
        />
      );
  }
}

function placeOf(path: string | readonly (string | number)[] | undefined): string {
  return path === undefined ? '' : typeof path === 'string' ? path : path.join('.');
}

function Asking(props: {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions: ReactNode;
  onCancel(): void;
  onSubmit?(): void;
}): JSX.Element {
  return (
    <Dialog title={props.title} actions={props.actions} onClose={props.onCancel} onSubmit={props.onSubmit}>
      <div className={styles.words}>{props.children}</div>
    </Dialog>
  );
}
