import { normalisationOf } from '#shared/graph/fileSources';
import type { DataStatistics, Normalisation } from '#shared/graph/fileSources';
import type { DataField } from '#shared/graph/dataFields';
import type { DataSource } from '#shared/graph/training';

/** What is done to one column, or to every number of an array: (number − offset) · scale. */
export interface Scaling {
  /** The column's name; null where it is every number. */
  readonly column: string | null;
  readonly offset: number;
  readonly scale: number;
  /** Of a column of classes: their names, by the number that stands for each. */
  readonly classes?: readonly string[];
}

/** What has to be done to data before a network sees it, for whoever runs the network elsewhere. */
export interface Preprocessing {
  readonly words: string;
  /** Empty where numbers stay as they are. */
  readonly scaling: readonly Scaling[];
}

const scaled = 'each number becomes (number − offset) · scale, as `scaling` has them';
const asItIs: Preprocessing = { words: 'none', scaling: [] };

function scalingOf(column: string | null, normalisation: Normalisation, statistics: DataStatistics | null): Scaling {
  return { column, ...normalisationOf(normalisation, statistics) };
}

/** What is done to a field of a data source before the network sees it. */
export function preprocessingOf(source: DataSource, field: DataField): Preprocessing {
  switch (source.kind) {
    case 'table': {
      const columns = source.columns.filter((column) => column.field === field.name);
      const scaling = columns.map((column): Scaling => {
        const { name, normalisation, statistics, classes } = column;
        if (classes !== null) return { column: name, offset: 0, scale: 1, classes };
        return scalingOf(name, normalisation, statistics);
      });
      const words = [
        `the columns ${columns.map(({ name }) => name).join(', ')}, in this order`,
        scaled,
        ...(columns.some(({ classes }) => classes !== null) ? ['a class becomes its number in `classes`'] : []),
      ];
      return { words: words.join('; '), scaling };
    }
    case 'arrays':
    case 'idx':
    case 'cifar': {
      const array = source.arrays.find(({ name }) => name === field.name);
      if (array === undefined || array.normalisation === 'none') return asItIs;
      const words = field.meaning === 'image' ? `channels last; ${scaled}` : scaled;
      return { words, scaling: [scalingOf(null, array.normalisation, array.statistics)] };
    }
    case 'imageFolder': {
      if (field.meaning !== 'image') return asItIs;
      const { height, width, channels, fit, normalisation, statistics } = source;
      const way = fit === 'cover' ? 'filled, what reaches beyond the edges cut off' : 'squeezed';
      const colours = channels === 1 ? 'grey' : 'red, green, blue';
      const words = `${height}×${width} pixels (${way}), ${colours} from 0 to 1, channels last`;
      if (normalisation === 'none') return { words, scaling: [] };
      return { words: `${words}; then ${scaled}`, scaling: [scalingOf(null, normalisation, statistics)] };
    }
    case 'text': {
      if (field.meaning !== 'tokens') return asItIs;
      const unit = source.unit === 'characters' ? 'character' : 'word';
      const words = `each ${unit} becomes its number in \`words\`; 1 stands for all others, 0 fills up`;
      return { words, scaling: [] };
    }
    default:
      return field.meaning === 'image' ? { words: 'values from 0 to 1, channels last', scaling: [] } : asItIs;
  }
}
