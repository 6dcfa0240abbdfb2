/** Words of the lab: runs, comparisons, sweeps, and the reading of gradients. */
export const labText = {
  'difference.added': '“{second}” has in addition: {nodes}.',
  'difference.removed': '“{second}” lacks: {nodes}.',
  'difference.count': '{count} × {kind}',
  'difference.listSeparator': ', ',
  'difference.parameter': '{parameter} of “{label}”: {from} → {to}.',
  'difference.parameters': '{parameter} of {count} × {kind}: {from} → {to}.',
  'difference.wires': 'Wires: {added} more, {removed} fewer.',
  'difference.cellAdded': '“{second}” has the cell “{cell}” in addition.',
  'difference.cellRemoved': '“{second}” lacks the cell “{cell}”.',
  'difference.training': 'Training, {setting}: {from} → {to}.',
  'difference.inCell': 'In the cell “{cell}”: {difference}',
  'difference.default': 'default',
  'difference.none': 'No difference that changes what is computed.',

  'failure.run.busy': 'The run "{run}" is under way; stop it first.',
  'failure.run.notKept': 'There is no kept run "{run}"; look into the list of runs or the trash.',
  'failure.run.noCheckpoint':
    'The run "{run}" has no checkpoint: it ended before its first epoch was done. Start its document anew.',

  'failure.compare.count': 'A comparison takes {minimum} to {maximum} documents; received {received}.',

  'terminal.help.compare': 'train 2 to 4 documents on the same batches and seeds, in lock-step',
  'terminal.help.sweep': 'train over values and seeds; median and range',
  'terminal.compare.start':
    'In lock-step: {names}; batch {batch}, {epochs} epochs, seed {seed}. Weights with equal ids start equal.',
  'terminal.compare.adjusted': '“{name}” takes {setting} from the first: {from} → {to}',
  'terminal.compare.epoch': 'epoch {epoch} (step {step})',
  'terminal.compare.ratio': 'gradient bottom/top of {output} at step {step}: {ratio}',
  'terminal.compare.end': '“{name}” {state}. First: {first}. Last: {last}.',
  'terminal.sweep.progress': '{done} of {total}: {values} seed {seed}',
  'terminal.sweep.caption':
    'Median and range over {seeds} seeds, after the last epoch; gradientRatio: bottom over top, at the first and the last step measured.',
  'terminal.sweep.values': 'values',
  'terminal.sweep.measure': 'measure',
  'terminal.sweep.median': 'median',
  'terminal.sweep.minimum': 'smallest',
  'terminal.sweep.maximum': 'largest',
  'terminal.sweep.failed': 'runs that did not finish: {failed}',
} as const;
