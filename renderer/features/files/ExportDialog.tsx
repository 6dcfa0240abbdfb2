import { useEffect, useState } from 'react';
import type { JSX } from 'react';
import { drawingFormats } from '#shared/drawing/pictures';
import type { DrawingFormat } from '#shared/drawing/pictures';
import type { GradloomDocument } from '#shared/graph/document';
import { findNode, graphOf } from '#shared/graph/queries';
import type { NodeId } from '#shared/graph/identifiers';
import type { Failure } from '#shared/protocol/calls';
import { exportEndings, exportFormats, exportStages, formatPrecisions } from '#shared/protocol/exports';
import type {
  Exported,
  ExportFinding,
  ExportFormat,
  ExportLoss,
  ExportPrecision,
  ExportSurvey,
} from '#shared/protocol/exports';
import type { Locale } from '#shared/text/locale';
import { isTextKey, text } from '#shared/text/text';
import { CallFailure, getClient } from '../../platform/client.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useExportStore } from '../../state/exportStore.ts';
import { ask } from '../../state/fileQuestions.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { useRunStore } from '../../state/runStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { Button } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { byteSize, count, magnitude, moment } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { moveChoice } from '../../ui/roving.ts';
import { Segmented } from '../../ui/Segmented.tsx';
import { SelectField } from '../../ui/SelectInput.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { describeMessage } from '../../ui/words.ts';
import styles from './ExportDialog.module.css';
import { makeDrawing } from './drawingFile.ts';
import { chooseExportPlace } from './fileActions.ts';
import { baseName, suggestedName } from './paths.ts';

/** What the dialog offers: model files, and the drawing itself. */
type Choice = ExportFormat | DrawingFormat;
const choices: readonly Choice[] = [...exportFormats, ...drawingFormats];

function isDrawing(choice: Choice): choice is DrawingFormat {
  return drawingFormats.some((format) => format === choice);
}

/** What the name of a choice's file or folder ends with. */
function endingOf(choice: Choice): string {
  return isDrawing(choice) ? `.${choice}` : exportEndings[choice];
}

type Verdict = 'whole' | 'changed' | 'refused';

/** What a format can do with the graph, in one word. */
function verdictOf(findings: readonly ExportFinding[]): Verdict {
  if (findings.some(({ severity }) => severity === 'refused')) return 'refused';
  return findings.length > 0 ? 'changed' : 'whole';
}

const verdictIcons = { whole: 'check', changed: 'information', refused: 'error' } as const;

/** The weights' value in the list that stands for those of the document; runs go by their names. */
const documentWeights = 'document';

/** The dialog that hands the document on as a model file, while it is open. */
export function ExportDialog(): JSX.Element | null {
  const isOpen = useExportStore((store) => store.isOpen);
  return isOpen ? <Exporting onClose={() => useExportStore.setState({ isOpen: false })} /> : null;
}

type Phase =
  | { readonly kind: 'choosing'; readonly failure: Failure | null }
  | { readonly kind: 'working' }
  | { readonly kind: 'done'; readonly written: Written };

/** What lies on the disk now; of a model also what is to be said about it. */
interface Written {
  readonly path: string;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly model: Exported | null;
}

function Exporting({ onClose }: { onClose(): void }): JSX.Element {
  const say = useText();
  const document = useDocumentStore((store) => store.document);
  const sheet = useViewStore((store) => store.sheet);
  const isBlank = (graphOf(document, sheet)?.nodes ?? []).length === 0;
  const { survey, failure } = useSurvey(document);
  const [choice, setChoice] = useState<Choice>('tfjs');
  const [chosen, setChosen] = useState<string | null>(null);
  const [wanted, setPrecision] = useState<ExportPrecision>('float32');
  const format = isDrawing(choice) ? null : choice;
  const precisions = format === null ? [] : formatPrecisions[format];
  const precision = precisions.includes(wanted) ? wanted : 'float32';
  const [wantsMaps, setWantsMaps] = useState(false);
  const [wantsPage, setWantsPage] = useState(false);
  const [licence, setLicence] = useState('');
  const [note, setNote] = useState(document.note ?? '');
  const [phase, setPhase] = useState<Phase>({ kind: 'choosing', failure: null });
  const own = useRunStore((store) => store.run);
  const runs = survey?.runs ?? [];
  const weights = chosen ?? runs.find(({ run }) => run === own)?.run ?? runs[0]?.run ?? documentWeights;
  const findings = survey?.formats.find((one) => one.format === format)?.findings ?? [];

  const start = async (): Promise<void> => {
    const place = await chooseExportPlace(document.name, endingOf(choice));
    if (place === null) return;
    if (isDrawing(choice)) await draw(choice, place.path, place.mayReplace);
    else await write(choice, place.path, place.mayReplace);
  };
  /** What went wrong, or the question whether to replace what is there. */
  const afterFailure = async (problem: unknown, path: string, again: () => Promise<void>): Promise<void> => {
    if (!(problem instanceof CallFailure)) throw problem;
    if (problem.failure.code !== 'file.exists') setPhase({ kind: 'choosing', failure: problem.failure });
    else if (await ask('exists', { path })) await again();
    else setPhase({ kind: 'choosing', failure: null });
  };
  const draw = async (drawing: DrawingFormat, path: string, overwrite: boolean): Promise<void> => {
    try {
      const content = await makeDrawing(drawing);
      const written = await getClient().call('export.drawing', { path, overwrite, ...content });
      setPhase({ kind: 'done', written: { path: written.path, files: [written], model: null } });
    } catch (problem) {
      await afterFailure(problem, path, () => draw(drawing, path, true));
    }
  };
  const write = async (format: ExportFormat, path: string, overwrite: boolean): Promise<void> => {
    useExportStore.setState({ stage: null });
    setPhase({ kind: 'working' });
    try {
      const exported = await getClient().call('export.write', {
        document,
        choice: {
          format,
          precision,
          attentionMaps: wantsMaps && (survey?.attentionMaps ?? 0) > 0,
          page: wantsPage && format === 'tfjs',
        },
        weights: weights === documentWeights ? { from: 'document' } : { from: 'run', run: weights },
        path,
        overwrite,
        licence,
        note,
      });
      setPhase({ kind: 'done', written: { path: exported.path, files: exported.files, model: exported } });
    } catch (problem) {
      await afterFailure(problem, path, () => write(format, path, true));
    }
  };
  const stop = (): void => void getClient().call('export.stop', {});

  const name = say(`export.format.${choice}`);
  if (phase.kind === 'working') {
    return (
      <Dialog
        title={say('export.working', { format: name })}
        onClose={stop}
        actions={
          <Button data-autofocus onClick={stop}>
            {say('export.stop')}
          </Button>
        }
      >
        <Stages />
      </Dialog>
    );
  }
  if (phase.kind === 'done') {
    return (
      <Dialog
        title={say('export.done', { format: name })}
        width="medium"
        onClose={onClose}
        onSubmit={onClose}
        actions={
          <>
            <Button onClick={() => setPhase({ kind: 'choosing', failure: null })}>{say('export.again')}</Button>
            <Button look="primary" type="submit" data-autofocus>
              {say('ui.close')}
            </Button>
          </>
        }
      >
        <Result written={phase.written} choice={choice} />
      </Dialog>
    );
  }
  const isRefused = verdictOf(findings) === 'refused';
  return (
    <Dialog
      title={say('export.title', { name: document.name })}
      width="large"
      onClose={onClose}
      onSubmit={() => void start()}
      actions={
        <>
          <Button onClick={onClose}>{say('ui.cancel')}</Button>
          <Button look="primary" type="submit" disabled={format === null ? isBlank : survey === null || isRefused}>
            {say('export.action')}
          </Button>
        </>
      }
    >
      <div className={styles.columns}>
        <Formats survey={survey} isBlank={isBlank} choice={choice} onChange={setChoice} />
        <div className={styles.details}>
          <p className={styles.about}>{say(`export.about.${choice}`)}</p>
          <HowToOpen choice={choice} file={suggestedName('model', endingOf(choice))} />
          {format === null && isBlank && (
            <section className={classes(styles.findings, styles.refusedBox)} aria-label={say('export.carries')}>
              <Told verdict="refused" words={say('export.drawing.empty')} />
            </section>
          )}
          {format !== null && failure !== null && <Problem failure={failure} />}
          {phase.failure !== null && <Problem failure={phase.failure} />}
          {format !== null && survey === null && failure === null && (
            <p className={styles.quiet} role="status">
              {say('export.surveying')}
            </p>
          )}
          {format !== null && survey !== null && (
            <>
              <Findings document={document} findings={findings} />
              <div className={styles.options}>
                <WeightsField document={document} survey={survey} value={weights} onChange={setChosen} />
                {precisions.length > 1 && (
                  <Field label={say('export.precision')} layout="column">
                    {() => (
                      <Segmented
                        label={say('export.precision')}
                        value={precision}
                        options={precisions.map((value) => ({ value, label: say(`export.precision.${value}`) }))}
                        onChange={setPrecision}
                      />
                    )}
                  </Field>
                )}
                {survey.attentionMaps > 0 && (
                  <Toggle
                    label={say('export.attentionMaps')}
                    value={wantsMaps}
                    help={say('export.attentionMaps.help', { count: survey.attentionMaps })}
                    onChange={setWantsMaps}
                  />
                )}
                {format === 'tfjs' && (
                  <Toggle
                    label={say('export.page')}
                    value={wantsPage}
                    help={say('export.page.help')}
                    onChange={setWantsPage}
                  />
                )}
                <Field label={say('export.licence')}>
                  {({ id }) => (
                    <TextInput
                      id={id}
                      value={licence}
                      placeholder={say('export.licence.placeholder')}
                      maximumLength={2000}
                      onCommit={setLicence}
                    />
                  )}
                </Field>
                <Field label={say('export.note')} layout="column">
                  {({ id }) => (
                    <TextInput
                      id={id}
                      value={note}
                      rows={2}
                      placeholder={say('export.note.placeholder')}
                      maximumLength={20_000}
                      onCommit={setNote}
                    />
                  )}
                </Field>
              </div>
              <p className={styles.quiet}>{say('export.sheet')}</p>
            </>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/** What reads the file that a format makes, by the name it has or may get. */
function HowToOpen({ choice, file }: { readonly choice: Choice; readonly file: string }): JSX.Element {
  const say = useText();
  return (
    <p className={styles.open}>
      <span className="visually-hidden">{say('export.open')}</span>
      <Icon name="reveal" />
      <span>{say(`export.open.${choice}`, { file })}</span>
    </p>
  );
}

/** What each format can carry of the document. */
function useSurvey(document: GradloomDocument): {
  readonly survey: ExportSurvey | null;
  readonly failure: Failure | null;
} {
  const [state, setState] = useState<{ survey: ExportSurvey | null; failure: Failure | null }>({
    survey: null,
    failure: null,
  });
  useEffect(() => {
    let wanted = true;
    getClient()
      .call('export.survey', { document })
      .then(
        (survey) => wanted && setState({ survey, failure: null }),
        (problem: unknown) => {
          if (!(problem instanceof CallFailure)) throw problem;
          if (wanted) setState({ survey: null, failure: problem.failure });
        },
      );
    return () => {
      wanted = false;
    };
  }, [document]);
  return state;
}

function Problem({ failure }: { readonly failure: Failure }): JSX.Element {
  const locale = useLocale();
  return (
    <p className={styles.problem} role="alert">
      {describeMessage(locale, 'failure', failure)}
    </p>
  );
}

/** All formats, each with what it can do with this graph. Arrow keys move, as in any group of radio buttons. */
function Formats(props: {
  readonly survey: ExportSurvey | null;
  /** The sheet in view has nothing on it to draw. */
  readonly isBlank: boolean;
  readonly choice: Choice;
  onChange(choice: Choice): void;
}): JSX.Element {
  const { survey, isBlank, choice, onChange } = props;
  const say = useText();
  return (
    <div
      role="radiogroup"
      aria-label={say('export.format')}
      className={styles.formats}
      onKeyDown={(event) => {
        const next = moveChoice(event, choices.length, choices.indexOf(choice));
        const one = next === null ? undefined : choices[next];
        if (one === undefined) return;
        event.preventDefault();
        onChange(one);
        event.currentTarget.querySelectorAll<HTMLElement>('[role="radio"]')[next ?? 0]?.focus();
      }}
    >
      {choices.map((one) => {
        const found = survey?.formats.find((each) => each.format === one)?.findings;
        const drawn = isDrawing(one) && isBlank ? 'refused' : null;
        const verdict = found === undefined ? drawn : verdictOf(found);
        return (
          <button
            key={one}
            type="button"
            role="radio"
            aria-checked={one === choice}
            tabIndex={one === choice ? 0 : -1}
            data-autofocus={one === choice ? true : undefined}
            className={classes(styles.format, one === drawingFormats[0] && styles.apart)}
            onClick={() => onChange(one)}
          >
            <span className={styles.formatName}>{say(`export.format.${one}`)}</span>
            {verdict !== null && (
              <>
                <Icon name={verdictIcons[verdict]} className={styles[verdict]} />
                <span className="visually-hidden">
                  {say(`export.verdict.${verdict}`, { count: found?.length ?? 0 })}
                </span>
              </>
            )}
          </button>
        );
      })}
    </div>
  );
}

/** What the format changes or cannot carry, by node. */
function Findings(props: {
  readonly document: GradloomDocument;
  readonly findings: readonly ExportFinding[];
}): JSX.Element {
  const { document, findings } = props;
  const say = useText();
  const locale = useLocale();
  const verdict = verdictOf(findings);
  const told = verdict === 'refused' ? findings.filter(({ severity }) => severity === 'refused') : findings;
  return (
    <section className={classes(styles.findings, styles[`${verdict}Box`])} aria-label={say('export.carries')}>
      <Told verdict={verdict} words={say(`export.carries.${verdict}`)} />
      {told.length > 0 && (
        <ul className={styles.list}>
          {told.map((finding, index) => (
            <li key={index}>
              <strong className={styles.node}>{placeOf(document, finding, locale)}</strong>
              {describeFinding(locale, finding)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Told({ verdict, words }: { readonly verdict: Verdict; readonly words: string }): JSX.Element {
  return (
    <p className={styles.verdict}>
      <Icon name={verdictIcons[verdict]} className={styles[verdict]} />
      <span>{words}</span>
    </p>
  );
}

/** What a person calls the node that a finding is about. */
function placeOf(document: GradloomDocument, { node }: ExportFinding, locale: Locale): string {
  if (node === null) return text(locale, 'export.everywhere');
  const found = findNode(document, node as NodeId);
  return found === undefined ? node : nodeTitle(locale, found.node);
}

function describeFinding(locale: Locale, { code, values, message }: ExportFinding): string {
  const key = `export.finding.${code}`;
  return isTextKey(key) ? text(locale, key, values) : message;
}

function WeightsField(props: {
  readonly document: GradloomDocument;
  readonly survey: ExportSurvey;
  readonly value: string;
  onChange(value: string): void;
}): JSX.Element {
  const { document, survey, value, onChange } = props;
  const say = useText();
  const locale = useLocale();
  const ofDocument =
    document.weights === undefined
      ? say('export.weights.initial', { seed: document.training.seed })
      : say('export.weights.beside', { file: document.weights.file });
  const options = [
    ...survey.runs.map(({ run, began, epochs, document: name }) => ({
      value: run,
      label: say('export.weights.run', { when: moment(Date.parse(began), locale), document: name, epochs }),
    })),
    { value: documentWeights, label: ofDocument },
  ];
  return (
    <SelectField
      label={say('export.weights')}
      layout="column"
      value={value}
      options={options}
      help={say('export.weights.count', { count: count(survey.weights) })}
      onChange={onChange}
    />
  );
}

/** The stages of an export: which are done, which goes on. */
function Stages(): JSX.Element {
  const say = useText();
  const stage = useExportStore((store) => store.stage);
  const at = stage === null ? -1 : exportStages.indexOf(stage);
  return (
    <ol className={styles.stages}>
      {exportStages.map((one, index) => (
        <li key={one} className={styles.stage} aria-current={index === at ? 'step' : undefined}>
          {index < at ? (
            <Icon name="check" className={styles.whole} />
          ) : (
            <span className={classes(styles.dot, index === at && styles.now)} aria-hidden="true" />
          )}
          <span>{say(`export.stage.${one}`)}</span>
        </li>
      ))}
    </ol>
  );
}

/** What was written, and of a model what came of reading it back. */
function Result({ written, choice }: { readonly written: Written; readonly choice: Choice }): JSX.Element {
  const say = useText();
  const { path, files, model } = written;
  return (
    <div className={styles.result}>
      {model !== null && <Check check={model.check} />}
      {model !== null && model.loss !== null && <p>{say('export.loss', lossWords(model.loss))}</p>}
      <p className={styles.path}>{path}</p>
      <ul className={styles.files} aria-label={say('export.files')}>
        {files.map((file) => (
          <li key={file.path}>
            <Icon name="file" />
            <span className={styles.fileName}>{baseName(file.path)}</span>
            <span className={styles.size}>{byteSize(file.bytes)}</span>
          </li>
        ))}
      </ul>
      <HowToOpen choice={choice} file={baseName(path)} />
    </div>
  );
}

function Check({ check }: { readonly check: Exported['check'] }): JSX.Element {
  const say = useText();
  const isWrong = check.outcome === 'different';
  const isRead = check.outcome === 'whole' || check.outcome === 'document';
  return (
    <p className={classes(styles.check, isWrong && styles.problem)} role={isWrong ? 'alert' : 'status'}>
      <Icon
        name={isWrong ? 'error' : isRead ? 'check' : 'information'}
        className={isWrong ? styles.refused : isRead ? styles.whole : styles.changed}
      />
      <span>{say(`export.check.${check.outcome}`, { reason: check.reason })}</span>
    </p>
  );
}

function lossWords({ before, after, largest, changed, asked }: ExportLoss): Readonly<Record<string, string | number>> {
  return { before: byteSize(before), after: byteSize(after), largest: magnitude(largest), changed, asked };
}
