import type { JSX } from 'react';
import type { TableColumn, TableSource } from '#shared/graph/fileSources';
import { useText } from '../../platform/i18n.ts';
import { count, percentage } from '../../ui/format.ts';
import { SelectInput } from '../../ui/SelectInput.tsx';
import styles from './ColumnTable.module.css';

export interface ColumnTableProps {
  readonly source: TableSource;
  /** The first rows, as they are written. */
  readonly rows: readonly (readonly string[])[];
  /** What needs no look at the file. */
  onChange(source: TableSource): void;
  /** What needs the file to be read anew. */
  onRead(source: TableSource): void;
}

/** Columns that are shown; a table of more has its settings in the document. */
const shownColumns = 60;

/** Fields that a column may lie in: the one that all inputs share, one of its own, or none. */
type Use = 'features' | 'own' | 'none';

function roleOf({ field, name }: TableColumn): Use {
  return field === null ? 'none' : field === 'features' && name !== 'features' ? 'features' : 'own';
}

/** The columns of a table: what each is, where it goes and what is in it, above the first rows. */
export function ColumnTable({ source, rows, onChange, onRead }: ColumnTableProps): JSX.Element {
  const say = useText();
  const columns = source.columns.slice(0, shownColumns);
  const changed = (column: TableColumn, set: Partial<TableColumn>): TableSource => ({
    ...source,
    columns: source.columns.map((each) => (each === column ? { ...each, ...set } : each)),
  });
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={say('data.columns')}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" className={column.field === null ? styles.unused : undefined}>
                <span className={styles.name} title={column.name}>
                  {column.name}
                </span>
                <Facts column={column} size={source.size} />
                <SelectInput
                  label={say('data.column.type', { column: column.name })}
                  value={column.type}
                  options={(['number', 'class', 'text'] as const).map((value) => ({
                    value,
                    label: say(`data.column.type.${value}`),
                  }))}
                  onChange={(type) =>
                    onRead(
                      changed(column, {
                        type,
                        field: type === 'text' ? null : column.field,
                        normalisation: type === 'number' ? column.normalisation : 'none',
                      }),
                    )
                  }
                />
                <SelectInput
                  label={say('data.column.use', { column: column.name })}
                  value={roleOf(column)}
                  disabled={column.type === 'text'}
                  options={(['features', 'own', 'none'] as const).map((value) => ({
                    value,
                    label: say(`data.column.use.${value}`, { column: column.name }),
                  }))}
                  onChange={(use) => {
                    const field = use === 'none' ? null : use === 'features' ? 'features' : column.name;
                    const next = changed(column, { field });
                    // Which rows are complete depends on the columns that are used.
                    if (source.missing === 'drop' && column.missing > 0) onRead(next);
                    else onChange(next);
                  }}
                />
                {column.type === 'number' ? (
                  <SelectInput
                    label={say('data.column.normalisation', { column: column.name })}
                    value={column.normalisation}
                    disabled={column.field === null}
                    options={(['none', 'standardise', 'minMax'] as const).map((value) => ({
                      value,
                      label: say(`data.normalisation.${value}`),
                    }))}
                    onChange={(normalisation) => onChange(changed(column, { normalisation }))}
                  />
                ) : (
                  <span className={styles.nothing}>–</span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {columns.map((column, index) => (
                <td
                  key={column.name}
                  className={
                    column.field === null ? styles.unused : column.type === 'number' ? styles.number : undefined
                  }
                >
                  {row[index]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {source.columns.length > columns.length && (
        <p className={styles.more}>
          {say('data.columns.more', { count: count(source.columns.length - columns.length) })}
        </p>
      )}
    </div>
  );
}

/** Four digits, as a person would write them. */
function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4))).replace('-', '−');
}

/** What is in a column, in two lines. */
function Facts({ column, size }: { readonly column: TableColumn; readonly size: number }): JSX.Element {
  const say = useText();
  const { statistics, classes, missing } = column;
  return (
    <span className={styles.facts}>
      {statistics !== null && (
        <>
          <span>
            {shortNumber(statistics.minimum)} … {shortNumber(statistics.maximum)}
          </span>
          <span>
            {shortNumber(statistics.mean)} ± {shortNumber(statistics.deviation)}
          </span>
        </>
      )}
      {classes !== null && (
        <span title={classes.slice(0, 50).join(', ')}>
          {say('data.column.classes', { count: count(classes.length) })}
        </span>
      )}
      {missing > 0 && (
        <span className={styles.missing}>
          {say('data.column.missing', { count: count(missing), share: percentage(missing / Math.max(size, missing)) })}
        </span>
      )}
    </span>
  );
}
