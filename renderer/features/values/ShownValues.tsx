import { useEffect, useRef, useState } from 'react';
import type { JSX } from 'react';
import type { GradloomDocument } from '#shared/graph/document';
import type { CallResult } from '#shared/protocol/calls';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useExampleStore } from '../../state/exampleStore.ts';
import { nodeTitle, portTitle } from '../../state/nodeTitle.ts';
import { gridOf, imageInputOf, isShares } from '../../state/regions.ts';
import { fieldOfNode, meaningOf, shownArray } from '../../state/shownArray.ts';
import { ArrayView } from '../../ui/arrays/ArrayView.tsx';
import type { ShownArray } from '../../ui/arrays/arrayForm.ts';
import { scaleBound } from '../../ui/arrays/arrayForm.ts';
import { RegionMap } from '../../ui/arrays/RegionMap.tsx';
import { regionsDrawing, regionsTable } from '../../ui/arrays/regionPlot.ts';
import type { SavedRegions } from '../../ui/arrays/regionPlot.ts';
import { classes } from '../../ui/classes.ts';
import { count, magnitude } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { paperInk } from '../../ui/plot/ink.ts';
import { PlotFigure } from '../../ui/plot/PlotFigure.tsx';
import { SavePlot } from '../../ui/plot/SavePlot.tsx';
import { histogramDrawing, histogramOf, histogramTable } from './histogram.ts';
import type { ShownPlace } from './places.ts';
import styles from './Values.module.css';

type Inspection = CallResult<'run.values'>;

export interface ShownValuesProps {
  readonly places: readonly ShownPlace[];
  readonly document: GradloomDocument;
  readonly inspection: Inspection;
  readonly large: boolean;
}

/** The values at all the places looked at. */
export function ShownValues({ places, document, inspection, large }: ShownValuesProps): JSX.Element {
  const say = useText();
  return (
    <>
      {places.map((place) => (
        <ShownValue
          key={JSON.stringify(place.place)}
          place={place}
          document={document}
          inspection={inspection}
          large={large}
        />
      ))}
      {inspection.left > 0 && <p className={styles.note}>{say('values.leftOut', { count: inspection.left })}</p>}
    </>
  );
}

function ShownValue({
  place,
  document,
  inspection,
  large,
}: Omit<ShownValuesProps, 'places'> & { readonly place: ShownPlace }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const [instance, setInstance] = useState(0);
  const own = inspection.values.filter((value) => JSON.stringify(value.place) === JSON.stringify(place.place));
  const shown = own[instance % Math.max(1, own.length)];
  if (shown === undefined) return <p className={styles.note}>{say('values.notThere')}</p>;
  const value = shownArray(shown.value);
  const gradient = shown.gradient === null ? null : shownArray(shown.gradient);
  const field = place.source.type === 'input' ? fieldOfNode(document, place.source.id) : null;
  const name = nodeTitle(locale, place.source);
  const title = place.port === null ? name : `${name} · ${say('values.port', { port: portTitle(locale, place.port) })}`;
  return (
    <div className={classes(styles.place, large && styles.large)}>
      <div className={styles.array}>
        <h3 className={styles.heading}>
          <span>{place.port === null ? say('values.value') : title}</span>
          {own.length > 1 && (
            <span className={styles.instance}>
              {say('values.instance', { place: (instance % own.length) + 1, count: own.length })}
              <IconButton
                icon="chevronRight"
                size="small"
                label={say('values.instance.next')}
                onClick={() => setInstance((instance + 1) % own.length)}
              />
            </span>
          )}
        </h3>
        <ArrayView array={value} meaning={field === null ? null : meaningOf(field)} label={title} filling={large} />
        <p className={styles.facts}>
          <span>{say('inspector.shapeOnly', { shape: value.shape })}</span>
          {value.shape.length > 0 && value.dtype === 'float32' && (
            <>
              <span>{`${say('values.range')} ${magnitude(value.minimum)} … ${magnitude(value.maximum)}`}</span>
              <span>{`${say('values.mean')} ${magnitude(value.mean)}`}</span>
            </>
          )}
        </p>
        <Histogram array={value} title={title} />
      </div>
      <Regions document={document} inspection={inspection} value={value} />
      {inspection.loss !== null && <Gradient gradient={gradient} large={large} />}
    </div>
  );
}

/** Weights that are shared out over the places of an image's feature maps, laid over that image. */
function Regions({
  document,
  inspection,
  value,
}: Pick<ShownValuesProps, 'document' | 'inspection'> & { readonly value: ShownArray }): JSX.Element | null {
  const say = useText();
  const facts = useDocumentStore((store) => store.check.nodes);
  const locale = useLocale();
  const input = imageInputOf(document);
  const image = input === null ? undefined : inspection.fields[input.field.name];
  if (image === undefined || input === null || !isShares(value.values)) return null;
  const shapes = [...facts.values()].flatMap(({ outputs }) => Object.values(outputs).map(({ shape }) => shape));
  const grid = gridOf(shapes, value.values.length);
  if (grid === null) return null;
  const label = say('values.regions', { image: nodeTitle(locale, input.node) });
  const saved: SavedRegions = {
    title: label,
    pictureName: nodeTitle(locale, input.node),
    image: shownArray(image),
    grid,
    maps: [{ name: say('values.value'), weights: value.values }],
    bound: scaleBound(value.maximum),
  };
  return (
    <div className={styles.regions}>
      <h3 className={styles.heading}>
        {label}
        <SavePlot name={label} svg={() => regionsDrawing(saved, paperInk)} csv={() => regionsTable(saved)} />
      </h3>
      <RegionMap
        image={shownArray(image)}
        grid={grid}
        weights={value.values}
        bound={scaleBound(value.maximum)}
        label={label}
      />
    </div>
  );
}

function Gradient(props: { readonly gradient: ShownArray | null; readonly large: boolean }): JSX.Element | null {
  const say = useText();
  const { gradient, large } = props;
  const wanted = useExampleStore((store) => store.gradients);
  if (!wanted) return null;
  return (
    <div className={styles.array}>
      <h3 className={styles.heading}>{say('values.gradient')}</h3>
      {gradient === null ? (
        <p className={styles.note}>{say('values.gradient.none')}</p>
      ) : (
        <>
          <ArrayView array={gradient} label={say('values.gradient')} filling={large} />
          <p className={styles.facts}>
            <span>{`${say('values.range')} ${magnitude(gradient.minimum)} … ${magnitude(gradient.maximum)}`}</span>
          </p>
          <Histogram array={gradient} title={say('values.gradient')} />
          <p className={styles.note}>{say('values.gradient.note')}</p>
        </>
      )}
    </div>
  );
}

const histogramBins = 40;

/** How the values are spread, drawn where it is asked for. */
function Histogram({ array, title }: { readonly array: ShownArray; readonly title: string }): JSX.Element | null {
  const say = useText();
  const [isOpen, setIsOpen] = useState(false);
  const box = useRef<HTMLDetailsElement>(null);
  // What opens at the lower edge of the panel would open out of sight.
  useEffect(() => {
    const details = box.current;
    if (!isOpen || details === null) return undefined;
    // The plot is an image: it has its size when it is read.
    const show = (): void => details.scrollIntoView({ block: 'nearest' });
    const asked = requestAnimationFrame(show);
    details.addEventListener('load', show, { capture: true, once: true });
    return () => {
      cancelAnimationFrame(asked);
      details.removeEventListener('load', show, { capture: true });
    };
  }, [isOpen]);
  if (array.dtype !== 'float32' || array.values.length < 2) return null;
  const bins = isOpen ? histogramOf(array.values, histogramBins) : [];
  const words = say('values.histogram.of', { name: title, count: count(array.values.length) });
  return (
    <details ref={box} className={styles.histogram} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>{say('values.histogram')}</summary>
      {bins.length > 0 && (
        <PlotFigure
          words={words}
          name={`${title} ${say('values.histogram')}`}
          drawing={(ink) => histogramDrawing(bins, '', ink, { width: 280, height: 130 })}
          onPaper={(ink) => histogramDrawing(bins, words, ink, { width: 520, height: 240 })}
          csv={() => histogramTable(bins)}
        />
      )}
    </details>
  );
}
