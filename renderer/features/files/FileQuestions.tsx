import type { JSX, ReactNode } from 'react';
import { describeImportFinding } from '#shared/graph/importFindings';
import { describeProblem } from '#shared/graph/serialise';
import type { TextKey } from '#shared/text/text';
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
          answers={[
            { words: 'files.unsaved.discard', look: 'danger', give: () => question.answer('discard') },
            { words: 'ui.cancel', give: () => question.answer('cancel') },
            { words: 'files.unsaved.save', look: 'primary', give: () => question.answer('save') },
          ]}
        >
          {say('files.unsaved', { name: question.asked.name })}
        </Asking>
      );
    case 'changed':
      return (
        <Asking
          title={say('files.changed.title')}
          onCancel={() => question.answer('cancel')}
          answers={[
            { words: 'files.overwrite', look: 'danger', give: () => question.answer('overwrite') },
            { words: 'ui.cancel', give: () => question.answer('cancel') },
            { words: 'files.saveAs', look: 'primary', give: () => question.answer('saveAs') },
          ]}
        >
          {say('files.changed', { name: baseName(question.asked.path) })}
        </Asking>
      );
    case 'exists':
      return (
        <Asking
          title={say('files.exists.title')}
          onCancel={() => question.answer(false)}
          answers={[
            { words: 'files.replace', look: 'danger', give: () => question.answer(true) },
            { words: 'ui.cancel', give: () => question.answer(false) },
          ]}
        >
          {say('files.exists', { name: baseName(question.asked.path) })}
        </Asking>
      );
    case 'broken': {
      const { path, wanted, elsewhere = null } = question.asked;
      // What is welcome elsewhere is not broken: what does not fit a document is no news then.
      const problems = elsewhere === null ? question.asked.problems : [];
      return (
        <Asking
          title={say('files.broken.title', { name: baseName(path) })}
          onCancel={() => question.answer(null)}
          answers={[{ words: 'ui.close', look: 'primary', give: () => question.answer(null) }]}
        >
          <p>
            {elsewhere === null
              ? say(wanted === 'lesson' ? 'lessons.broken' : 'files.broken')
              : say(`files.elsewhere.${elsewhere}`)}
          </p>
          {problems.length > 0 && (
            <ul className={styles.problems}>
              {problems.slice(0, mostProblems).map((problem, index) => (
                <li key={index}>
                  {placeOf(problem.path) !== '' && <code className={styles.place}>{placeOf(problem.path)}</code>}
                  {describeProblem(locale, problem)}
                </li>
              ))}
            </ul>
          )}
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
          answers={[
            { words: 'files.disk.reload.do', look: 'danger', give: () => question.answer(true) },
            { words: 'ui.cancel', give: () => question.answer(false) },
          ]}
        >
          {say('files.disk.reload.help', { name: question.asked.name })}
        </Asking>
      );
    case 'notSaved':
      return (
        <Asking
          title={say('files.notSaved.title')}
          onCancel={() => question.answer('close')}
          answers={[
            { words: 'ui.close', give: () => question.answer('close') },
            { words: 'files.saveAs', look: 'primary', give: () => question.answer('saveAs') },
          ]}
        >
          <p>{describeMessage(locale, 'failure', question.asked.failure)}</p>
          <p>{say('files.notSaved.kept')}</p>
        </Asking>
      );
    case 'imported': {
      const { name, findings, hasWeights } = question.asked;
      const { nodes } = findings[0] ?? { nodes: [] };
      return (
        <Asking
          title={say('import.findings.title', { name })}
          onCancel={() => question.answer(false)}
          answers={[
            { words: 'ui.close', give: () => question.answer(false) },
            ...(nodes.length === 0
              ? []
              : [{ words: 'import.findings.show', look: 'primary', give: () => question.answer(true) } as const]),
          ]}
        >
          <ul className={styles.problems}>
            {findings.slice(0, mostProblems).map((finding, index) => (
              <li key={index}>{describeImportFinding(locale, finding)}</li>
            ))}
          </ul>
          {findings.length > mostProblems && (
            <p>{say('files.broken.more', { count: findings.length - mostProblems })}</p>
          )}
          {findings.some(({ code }) => code !== 'training') && <p>{say('import.findings.unknown')}</p>}
          {findings.some(({ code }) => code === 'training') && <p>{say('import.findings.training')}</p>}
          {!hasWeights && <p>{say('import.findings.noWeights')}</p>}
        </Asking>
      );
    }
    case 'failure':
      return (
        <Asking
          title={say(question.asked.title)}
          onCancel={() => question.answer(null)}
          answers={[{ words: 'ui.close', look: 'primary', give: () => question.answer(null) }]}
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
    case 'engine':
      return (
        <FileDialog
          key="engine"
          title={say('provision.choose.title')}
          action={say('provision.choose.action')}
          folder={question.asked.folder}
          chooses="engine"
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

interface Answer {
  readonly words: TextKey;
  readonly look?: 'danger' | 'primary';
  give(): void;
}

/** A question with its answers; the last one is at hand, and Enter gives it where it is the main one. */
function Asking(props: {
  readonly title: string;
  readonly children: ReactNode;
  readonly answers: readonly Answer[];
  onCancel(): void;
}): JSX.Element {
  const say = useText();
  const last = props.answers.at(-1);
  const main = last?.look === 'primary' ? last : undefined;
  return (
    <Dialog
      title={props.title}
      actions={props.answers.map((answer) => (
        <Button
          key={answer.words}
          look={answer.look ?? 'plain'}
          type={answer === main ? 'submit' : 'button'}
          data-autofocus={answer === last ? true : undefined}
          onClick={answer === main ? undefined : answer.give}
        >
          {say(answer.words)}
        </Button>
      ))}
      onClose={props.onCancel}
      {...(main !== undefined && { onSubmit: main.give })}
    >
      <div className={styles.words}>{props.children}</div>
    </Dialog>
  );
}
