import { useMemo, useRef } from 'react';
import type { JSX } from 'react';
import type { GraphNode } from '#shared/graph/document';
import type { CallResult, DataPreview } from '#shared/protocol/calls';
import { useLocale, useText } from '../../platform/i18n.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { fieldOfNode } from '../../state/shownArray.ts';
import { useAnswer } from '../../state/useAnswer.ts';
import type { LookedAt } from '../../state/useSubject.ts';
import { paintCells } from '../../ui/arrays/paintArray.ts';
import { cssRgb, heatAt, heatColours, readHex } from '../../ui/arrays/heatColours.ts';
import { cssValue, prepareCanvas, useDrawing } from '../../ui/drawing.ts';
import { SavePlot } from '../../ui/plot/SavePlot.tsx';
import { describeMessage } from '../../ui/words.ts';
import styles from './Predict.module.css';
import { surfaceDrawing, surfaceTable } from './savedPlots.ts';
import { gridPoints, halfAround, surfaceCells, surfaceSide } from './surface.ts';

const shownPoints = 1000;
const seriesColours = 6;

/** What every output says over the plane that the one input reads, with the data on it; follows the run. */
export function SurfaceView({
  subject,
  input,
}: {
  readonly subject: LookedAt;
  readonly input: GraphNode;
}): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { of, document } = subject;
  const { data } = document.training;
  const preview = useAnswer(
    'data.preview',
    useMemo(() => (data === null ? null : { data, count: shownPoints }), [data]),
    false,
  ).result;
  const field = fieldOfNode(document, input.id);
  const points = preview?.fields.find(({ name }) => name === field?.name)?.values;
  const half = points === undefined ? null : halfAround(points);
  const question = useMemo(() => {
    if (half === null) return null;
    return { of, count: surfaceSide * surfaceSide, inputs: { [input.id]: gridPoints(half) } };
  }, [of, half, input.id]);
  const { result, failure } = useAnswer('run.predict', question, 'run' in of);
  if (failure !== null) return <p className={styles.note}>{describeMessage(locale, 'failure', failure)}</p>;
  if (result === null || half === null || preview === null) {
    return <p className={styles.note}>{say('example.waiting')}</p>;
  }
  return (
    <div className={styles.surfaces}>
      {document.graph.nodes.flatMap((node) => {
        const output = result.outputs[node.id];
        return output === undefined
          ? []
          : [
              <figure key={node.id} className={styles.surface}>
                <Surface node={node} output={output} half={half} points={points ?? []} classes={classesOf(preview)} />
                <figcaption className={styles.thumbName}>
                  {nodeTitle(locale, node)}
                  <SavePlot
                    name={nodeTitle(locale, node)}
                    svg={() =>
                      surfaceDrawing({
                        title: say('predictions.surface', { output: nodeTitle(locale, node) }),
                        cells: surfaceCells(output, String(node.params['link'] ?? 'none')),
                        half,
                        points: points ?? [],
                        classes: classesOf(preview),
                      })
                    }
                    csv={() => surfaceTable(gridPoints(half), output.values)}
                  />
                </figcaption>
              </figure>,
            ];
      })}
    </div>
  );
}

/** The class of each shown example, where the data has one. */
function classesOf(preview: DataPreview): readonly number[] {
  return preview.fields.find(({ dtype, shape }) => dtype === 'int32' && shape.length === 0)?.values ?? [];
}

function Surface(props: {
  readonly node: GraphNode;
  readonly output: CallResult<'run.predict'>['outputs'][string];
  readonly half: number;
  readonly points: readonly number[];
  readonly classes: readonly number[];
}): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { node, output, half, points, classes } = props;
  useDrawing(canvas, [], () => {
    const element = canvas.current;
    const prepared = element === null ? null : prepareCanvas(element);
    if (element === null || prepared === null) return;
    const { context, width, height } = prepared;
    const side = Math.min(width, height);
    const colours = Array.from({ length: seriesColours }, (_, index) =>
      readHex(cssValue(element, `--series-${index + 1}`)),
    );
    const heat = heatColours(element);
    const cells = surfaceCells(output, String(node.params['link'] ?? 'none'));
    paintCells(prepared, surfaceSide, surfaceSide, [0, 0, side, side], (row, column) => {
      const cell = cells[row * surfaceSide + column];
      if (cell === undefined) return heat.zero;
      if (cell.kind === 'share') return heatAt(cell.share, heat);
      const positive = colours[cell.class % seriesColours] ?? heat.positive;
      // Fainter than the points on it.
      return heatAt(0.55 * Math.max(0, cell.sureness), { ...heat, positive });
    });
    const radius = Math.max(1.2, side / 130);
    context.strokeStyle = cssValue(element, '--colour-panel');
    context.lineWidth = side / 600;
    for (let index = 0; index < points.length / 2; index++) {
      const [x = 0, y = 0] = points.slice(2 * index, 2 * index + 2);
      const [left, top] = [(side * (x / half + 1)) / 2, (side * (1 - y / half)) / 2];
      const group = classes[index] ?? 0;
      context.fillStyle = cssRgb(colours[group % seriesColours] ?? heat.positive);
      context.beginPath();
      // Shape is the second channel: odd classes are squares.
      if (group % 2 === 1) context.rect(left - radius, top - radius, 2 * radius, 2 * radius);
      else context.arc(left, top, radius * 1.15, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
  });
  return (
    <canvas
      ref={canvas}
      className={styles.surfaceCanvas}
      role="img"
      aria-label={say('predictions.surface', { output: nodeTitle(locale, node) })}
    />
  );
}
