/** Words of the lab: runs, comparisons, sweeps, and the reading of gradients. */
export const labText = {
  'inspector.factors': 'Factors of the chain rule',
  'inspector.factors.factor': 'from here to the loss',
  'inspector.factors.bound': 'bound',
  'inspector.factors.typical': 'typical',
  'inspector.factors.measured': 'measured',
  'inspector.factors.whole': 'Whole way',
  'inspector.factors.axis': 'way back →',
  'inspector.factors.fork': 'Fork after {name}',
  'inspector.factors.slope': '{function}, mean slope {mean}',
  'inspector.factors.radius':
    'Spectral radius of “{name}”: {radius}. In the long run growth over the iterations follows it; a largest singular value above 1 is necessary for growth, not sufficient.',
  'inspector.factors.note':
    'To “{output}”, on {examples} examples. {weights}. At each fork the way goes on with the largest share. The product of bounds is only an upper bound, and of this way alone.',
  'inspector.factors.none': 'From here no gradient reaches a loss.',
  'inspector.factors.residual':
    'There is an addition on the way: the residual derivative in both forms. A direct term exists; the branch’s term can cancel it. Exact only where the shortcut is an identity and nothing follows the addition (He et al. 2016, identity mappings).',
  'inspector.factors.plot': 'Length of the gradient on its way back from the loss: bound, typical, measured',

  'compare.title': 'Comparison',
  'compare.close': 'Close the comparison',
  'compare.loading': 'Reading the runs…',
  'compare.time': 'Step of all runs',
  'compare.anew': 'Train anew in lock-step',
  'compare.anew.help': 'New runs of these documents on the same batches, seed and steps: those of the first',
  'compare.stop': 'Stop all',
  'compare.report': 'Report (HTML)',
  'compare.report.title': 'Comparison: {names}',
  'compare.report.empty': 'No step of these runs was recorded.',
  'compare.loss': 'Loss over the training set after each epoch',
  'compare.profile': 'Gradient of activations by depth, relative to the gradient at the loss',
  'compare.network':
    'Wires: RMS of the gradient relative to the gradient at the loss, on one fixed scale from 10⁻⁹ (faint) to 10³ (hot) in all panes. One seed is no evidence.',
  'compare.networkOf': 'Network of “{name}” with its gradients',
  'compare.batchLoss': 'batch loss {value} at step {step}',
  'compare.difference': '{name}: {difference}',

  'difference.added': '“{second}” has in addition: {nodes}.',
  'difference.removed': '“{second}” lacks: {nodes}.',
  'difference.count': '{count} × {kind}',
  'difference.listSeparator': ', ',
  'difference.parameter': '{parameter} of “{label}”: {from} → {to}.',
  'difference.parameters': '{parameter} of {count} × {kind}: {from} → {to}.',
  'difference.wires': 'Wires: {added} more, {removed} fewer.',
  'difference.cellAdded': '“{second}” has the cell “{cell}” in addition.',
  'difference.cellRemoved': '“{second}” lacks the cell “{cell}”.',
  'difference.training': 'Training · {setting}: {from} → {to}.',
  'difference.inCell': 'In the cell “{cell}”: {difference}',
  'difference.default': 'default',
  'difference.none': 'No difference that changes what is computed.',

  'failure.run.busy': 'The run "{run}" is under way; stop it first.',
  'failure.run.notKept': 'There is no kept run "{run}"; look into the list of runs or the trash.',
  'failure.run.noCheckpoint':
    'The run "{run}" has no checkpoint: it ended before its first epoch was done. Start its document anew.',

  'failure.compare.count': 'A comparison takes {minimum} to {maximum} documents; received {received}.',

  'app.rail.runs': 'Runs',
  'app.dock.time': 'Over time',
  'gradients.time.title': 'Gradient: depth × step',
  'gradients.time.empty': 'No history yet',
  'gradients.time.empty.help':
    'Start a run, or open a kept one: here stands how strong the gradient was at each depth at each step. Press or drag to go back to a step.',
  'gradients.time.output': 'Output',
  'gradients.time.now': 'Latest step',
  'gradients.time.axis': 'step →',
  'gradients.time.label':
    'Strength of the gradient at each depth over the steps; arrow keys go back to a recorded step',
  'gradients.time.tip': 'step {step}, depth {depth}: {value}',
  'runs.empty': 'No runs yet',
  'runs.empty.help': 'Every run of this window is kept here with its document, its numbers and its last checkpoint.',
  'runs.search': 'Search runs',
  'runs.nothingFound': 'No run matches.',
  'runs.failed': 'That did not work: {reason}',
  'runs.compare': 'Compare {count} runs',
  'runs.trash': 'In the trash: {count} ({size})',
  'runs.restore': 'Undo',
  'runs.emptyTrash': 'Empty the trash for good',
  'runs.mark': 'Choose “{run}” for a comparison',
  'runs.accuracy': 'accuracy {values}',
  'runs.loss': 'loss {value}',
  'runs.facts': '{epochs} epochs in {time}, seed {seed}, {size} on disk',
  'runs.from': 'Branched off “{run}” · steps taken: {step}',
  'runs.note': 'Note',
  'runs.colour': 'Colour',
  'runs.colour.teal': 'Teal',
  'runs.colour.orange': 'Orange',
  'runs.colour.blue': 'Blue',
  'runs.colour.pink': 'Pink',
  'runs.colour.ochre': 'Ochre',
  'runs.colour.grey': 'Grey',
  'runs.open': 'Open',
  'runs.resume': 'Go on',
  'runs.branch': 'Branch',
  'runs.branch.help': 'Starts a new run of the document in this window from the last checkpoint of this run',
  'runs.remove': 'Move to the trash',
  'runs.state.preparing': 'preparing',
  'runs.state.running': 'running',
  'runs.state.paused': 'paused',
  'runs.state.finished': 'finished',
  'runs.state.stopped': 'stopped',
  'runs.state.failed': 'failed',
  'runs.state.interrupted': 'interrupted',

  'terminal.help.compare': 'train 2 to 4 documents on the same batches and seeds, in lock-step',
  'terminal.help.sweep': 'train over values and seeds; median and range',
  'terminal.compare.start':
    'In lock-step: {names}; batch {batch}, {epochs} epochs, seed {seed}. Weights with equal ids start equal.',
  'terminal.compare.adjusted': '“{name}” takes {setting} from the first: {from} → {to}',
  'terminal.compare.epoch': 'epoch {epoch} (step {step})',
  'terminal.compare.ratio': 'gradient bottom/top of {output} at step {step}: {ratio}',
  'terminal.compare.loopRatio': 'gradient of iteration 1 to {last} of {loop} at step {step}: {ratio}',
  'terminal.compare.end': '“{name}” {state}. First: {first}. Last: {last}.',
  'terminal.sweep.progress': '{done} of {total}: {values} seed {seed}',
  'terminal.sweep.caption':
    'Median and range over {seeds} seeds, after the last epoch; gradientRatio: bottom over top; loopRatio: behind the first iteration of a loop over behind the last; at the first and the last step measured.',
  'terminal.sweep.values': 'values',
  'terminal.sweep.measure': 'measure',
  'terminal.sweep.median': 'median',
  'terminal.sweep.minimum': 'smallest',
  'terminal.sweep.maximum': 'largest',
  'terminal.sweep.failed': 'runs that did not finish: {failed}',
  'terminal.help.range': 'train with a rising learning rate; where the loss falls and where it runs away',
  'range.caption': 'The rate rose from {from} towards {to} over {steps} steps, seed {seed}.',
  'range.rate': 'rate',
  'range.loss': 'loss',
  'range.smooth': 'smoothed',
  'range.found':
    'To try: {rate}. That is the rate at the least smoothed loss ({lowest}) divided by {divisor}: a rule of thumb, from one run.',
  'range.notFallen': 'The smoothed loss did not fall by a tenth: this run suggests no rate.',
  'range.fallsToTheEnd': 'The loss still falls at the last rate: this range suggests none.',
  'range.tooFew': 'Too few steps with a finite loss to say anything.',
  'terminal.help.slice': 'the loss in a plane through the weights of up to four networks, under one scale',
  'slice.caption':
    'Slices of the loss surface: {points} × {points} points in ±{range} along two random directions, filter-normalised, seed {seed}, on {examples} training examples.',
  'slice.rule':
    'A slice is a slice: two directions out of as many as there are weights (Li et al. 2018). Each filter of a direction has the norm of the network’s own filter; biases, scales and shifts stay. Outside training: no dropout, moving statistics. Penalties count towards the loss.',
  'slice.network': 'network',
  'slice.step': 'step',
  'slice.surface': 'surface',
  'slice.centre': 'at the weights',
  'slice.least': 'least',
  'slice.where': 'where',
  'slice.largest': 'largest',
  'slice.notFinite': 'not finite',
  'slice.begin': 'start',
  'slice.otherTask': '“{name}” has other data or losses than “{first}”: their losses do not compare.',
  'app.dock.slices': 'Loss surface',
  'slice.networks': 'Around the weights of',
  'slice.here': 'the network in this window',
  'slice.points': 'Points along each side',
  'slice.range': 'Range (±)',
  'slice.seed': 'Seed of the directions',
  'slice.examples': 'Training examples',
  'slice.start': 'Measure slices',
  'slice.stop': 'Stop the slices',
  'slice.progress': '{done} of {points} points',
  'slice.none': 'No slice yet',
  'slice.none.help':
    'A slice shows the loss in a plane through the weights, along two random directions. Choose one to four networks; they are drawn on one scale.',
  'slice.waiting': 'Measuring…',
  'slice.stopped': 'Stopped: nothing is shown of slices that were not finished.',
  'slice.show': 'Shown',
  'slice.show.whole': 'the loss that is trained',
  'slice.show.outputs': 'each output by itself',
  'slice.plot':
    'Slice of the loss surface of {name}; orange: high, blue: low; cross: the weights; dot: the least loss measured',
  'slice.first': 'first direction →, second ↑',
  'slice.atStep': '{name} · steps taken: {step}',
  'slice.atBegin': '{name}, before the first step',
  'slice.facts': 'At the weights (cross): {centre}. Least measured (dot): {least} at ({first}, {second}).',
  'slice.facts.none': 'At the weights: {centre}. No finite loss on the grid.',
  'slice.scale': 'One logarithmic scale for all: the same colour is the same loss.',
  'slice.compare': 'Slices of the loss surface',
  'terminal.help.diagnose': 'what a run shows: vanishing, exploding, dead units and so on, with evidence',
  'terminal.diagnose.verdict': 'verdict',
  'terminal.diagnose.ailment': 'looked for',
  'terminal.diagnose.node': 'node',
  'terminal.diagnose.alone':
    'No run in the same folder compares with it: none on the same data, seed and settings is shallower or has more residual connections.',
  'terminal.diagnose.beside': 'Compared, on the same data, seed and settings: {runs}',

  'findings.title': 'What the run shows',
  'findings.none': 'Nothing measured yet',
  'findings.none.help':
    'Run the network, or take one step: the detectors then say what they see, and what they would need.',
  'findings.verdict.found': 'found',
  'findings.verdict.unsure': 'not sure',
  'findings.verdict.clear': 'no sign',
  'findings.verdict.unmeasured': 'not measured',
  'findings.ailment.vanishing': 'Vanishing gradient',
  'findings.ailment.exploding': 'Exploding gradient',
  'findings.ailment.deadUnits': 'Dead units',
  'findings.ailment.saturation': 'Saturation',
  'findings.ailment.degradation': 'Degradation without vanishing',
  'findings.ailment.learningRate': 'Learning rate too high',
  'findings.caption':
    'One run of one seed is no evidence of a cause. Each line names its evidence, its step and its threshold; a remedy is to be tried, not promised.',
  'findings.beside': 'Compared, on the same data, seed and settings: {runs}.',
  'findings.alone':
    'No kept run compares with this one: none on the same data, seed and settings is shallower or has more residual connections.',
  'findings.outdated': 'The network on the canvas has changed since this run began; remedies act on the canvas.',
  'finding.noRatio':
    'No two places between data and loss have tensors of one size that were measured: there is nothing to compare.',
  'finding.noUnits': 'The units have not been looked at.',
  'finding.early': 'Too early to tell: it takes more steps, or epochs, than there are yet.',
  'finding.vanishing.found':
    'At step {step} the gradient at place {bottom} is {ratio} times that at place {top}, both of {elements} values; “vanishing” is said from {found} down.',
  'finding.vanishing.underflow':
    'At step {step} the gradient at place {bottom} has left float32’s normal numbers, while at place {top} there is one.',
  'finding.vanishing.zero':
    'At step {step} the gradient at place {bottom} is exactly zero. That is a cut path or dead units rather than a product of small factors.',
  'finding.vanishing.unsure':
    'At step {step} the ratio of bottom to top is {ratio}: small, but not under {found}. Other seeds would tell more.',
  'finding.vanishing.late':
    'The ratio is {ratio} at step {step}, but was {firstRatio} at step {firstStep}: it became small while training. It did not hinder the start.',
  'finding.vanishing.clear':
    'At step {step} the ratio of bottom to top is {ratio}, between tensors of {elements} values; “vanishing” would be {found}.',
  'finding.vanishing.loop':
    'At step {step} the gradient at the loop’s states behind iteration 1 is {ratio} times that behind iteration {last}; “vanishing” is said from {found} down. That is {factor} an iteration on average: what was measured, neither the spectral radius nor the largest singular value of the map.',
  'finding.vanishing.loopUnderflow':
    'At step {step} the gradient at the loop’s states behind iteration 1 has left float32’s normal numbers, while behind iteration {last} there is one.',
  'finding.vanishing.loopZero':
    'At step {step} the gradient at the loop’s states behind iteration 1 is exactly zero, behind iteration {last} it is not. That is a cut path or dead units rather than a product of small factors.',
  'finding.vanishing.loopUnsure':
    'At step {step} the gradient at the loop’s states behind iteration 1 is {ratio} times that behind iteration {last}: small, but not under {found}. Other seeds would tell more.',
  'finding.vanishing.loopLate':
    'Along the loop the ratio of iteration 1 to {last} is {ratio} at step {step}, but was {firstRatio} at step {firstStep}: it became small while training. It did not hinder the start.',
  'finding.vanishing.loopReadOften':
    'The loss reads more than the last iteration of the loop, so that each has a gradient of its own reading. How much of a late one’s comes back to an early one cannot be told from it (iteration 1 to {last}: {ratio} at step {step}).',
  'finding.vanishing.loopClear':
    'At step {step} the gradient at the loop’s states behind iteration 1 is {ratio} times that behind iteration {last}; “vanishing” would be {found}.',
  'finding.vanishing.clearBoth':
    'At step {step} the ratio of bottom to top is {ratio}, along the loop that of iteration 1 to {last} is {loopRatio}; “vanishing” would be {found}.',
  'finding.vanishing.unseen':
    'Inside a recurrent layer the steps are not measured. Drawn as a loop around its cell, they would be.',
  'finding.exploding.found':
    'At step {step} the gradient at place {bottom} is {ratio} times that at place {top}, both of {elements} values; “exploding” is said from {found} up.',
  'finding.exploding.unsure':
    'At step {step} the ratio of bottom to top is {ratio}: large, but under {found}. Deep residual networks can train with such a ratio.',
  'finding.exploding.late':
    'The ratio is {ratio} at step {step}, but was {firstRatio} at step {firstStep}: it became large while training.',
  'finding.exploding.clear': 'At step {step} the ratio of bottom to top is {ratio}; “exploding” would be {found}.',
  'finding.exploding.loop':
    'At step {step} the gradient at the loop’s states behind iteration 1 is {ratio} times that behind iteration {last}; “exploding” is said from {found} up. That is {factor} an iteration on average: what was measured, neither the spectral radius nor the largest singular value of the map.',
  'finding.exploding.loopUnsure':
    'At step {step} the gradient at the loop’s states behind iteration 1 is {ratio} times that behind iteration {last}: large, but under {found}. Other seeds would tell more.',
  'finding.exploding.loopLate':
    'Along the loop the ratio of iteration 1 to {last} is {ratio} at step {step}, but was {firstRatio} at step {firstStep}: it became large while training.',
  'finding.exploding.loopClear':
    'At step {step} the gradient at the loop’s states behind iteration 1 is {ratio} times that behind iteration {last}; “exploding” would be {found}.',
  'finding.exploding.clearBoth':
    'At step {step} the ratio of bottom to top is {ratio}, along the loop that of iteration 1 to {last} is {loopRatio}; “exploding” would be {found}.',
  'finding.exploding.unseen':
    'Inside a recurrent layer the steps are not measured. Drawn as a loop around its cell, they would be.',
  'finding.deadUnits.none': 'No activation here has a flat side at 0.',
  'finding.deadUnits.found':
    '{dead} of {units} units of the layer are 0 on all {examples} examples: they get no gradient. Threshold: a share of {found}.',
  'finding.deadUnits.unsure':
    '{dead} of {units} units of the layer are 0 on all {examples} examples. Other examples may still reach them.',
  'finding.deadUnits.clear': 'In the worst layer {dead} of {units} units are 0 on all {examples} examples.',
  'finding.saturation.none': 'No activation here squashes its values.',
  'finding.saturation.found':
    'A share of {share} of the layer’s elements lies where the slope is under 5 % of the steepest, on {examples} examples. Threshold: {found}.',
  'finding.saturation.unsure':
    'A share of {share} of the layer’s elements lies where the slope is under 5 % of the steepest; “saturated” is said from {found} on.',
  'finding.saturation.gate':
    'A share of {share} of the gate’s elements lies where the slope is under 5 % of the steepest, on {examples} examples: it stands open or shut. That may be meant (a large forget bias), or it may have stopped learning.',
  'finding.saturation.clear':
    'In the worst layer a share of {share} lies where the slope is under 5 % of the steepest.',
  'finding.degradation.residual':
    'After {epoch} epochs the training loss is {loss}; that of “{other}”, with residual connections and on the same data, seed and settings, is {otherLoss}. Yet the gradient arrives: bottom to top {ratio} at step {ratioStep}. That is degradation, not vanishing.',
  'finding.degradation.shallower':
    'After {epoch} epochs the training loss is {loss}; that of “{other}”, with {otherDepth} places instead of {depth} and on the same data, seed and settings, is {otherLoss}. Yet the gradient arrives: bottom to top {ratio} at step {ratioStep}. That is degradation, not vanishing.',
  'finding.degradation.alike':
    'The training loss is {loss} after {epoch} epochs and began at {first}; but that of “{other}” on the same data, seed and settings is {otherLoss}: “degradation” would be said from half of it down.',
  'finding.degradation.alone':
    'The training loss is {loss} after {steps} steps and began at {first}, though the gradient arrives (bottom to top {ratio} at step {ratioStep}). It may be degradation, too little capacity or too low a rate: a comparison in lock-step with a shallower or residual network would tell.',
  'finding.degradation.unseen':
    'After {epoch} epochs the training loss is {loss}; that of “{other}”, on the same data, seed and settings, is {otherLoss}. It was not measured everywhere whether the gradient arrives, so that this may be vanishing too.',
  'finding.degradation.aloneUnseen':
    'The training loss is {loss} after {steps} steps and began at {first}. It was not measured everywhere whether the gradient arrives. It may be vanishing, degradation, too little capacity or too low a rate.',
  'finding.degradation.otherCause':
    'Something else was found first; what it does to the loss cannot be told apart from depth.',
  'finding.degradation.clear': 'The training loss fell from {first} to {loss}.',
  'finding.learningRate.notFinite':
    'At step {step} a number stopped being finite, though the gradient did not explode at the start.',
  'finding.learningRate.notFiniteExploding':
    'At step {step} a number stopped being finite. The gradient was too large from the start, so the rate need not be the cause.',
  'finding.learningRate.risen':
    'The loss rose from {first} to {last} at step {step}; “too high” is said from {risen} times on.',
  'finding.learningRate.update':
    'At step {updateStep} an update was {update} times the weights (median over the kernels; threshold {limit}), and the loss has not fallen to half of {first}: it is {last}.',
  'finding.learningRate.clear': 'The loss went from {first} to {last} by step {step}.',
  'app.dock.findings': 'Diagnosis',

  'app.dock.sweep': 'Sweep',
  'range.title': 'Range test of the learning rate',
  'range.open': 'Find a learning rate…',
  'range.help':
    'Trains a copy from its start while the learning rate rises from step to step, and shows where the loss falls and where it runs away. Nothing of it is kept.',
  'range.start': 'Start the range test',
  'range.stop': 'Stop the range test',
  'range.progress': 'Step {step} of {steps}, rate {rate}',
  'range.use': 'Use {rate}',
  'range.edit': 'Set the learning rate that the range test suggests',
  'range.plot': 'Loss over the learning rate, as it was and smoothed',
  'range.stopped': 'Stopped before the loss ran away: no rate is suggested.',
  'range.plot.title': 'Loss over rate',
  'range.other': 'The network was edited since.',
  'sweep.title': 'Sweep',
  'sweep.none': 'No sweep yet',
  'sweep.none.help':
    'Choose a setting, write several values, and start: the network is trained for each value with each seed.',
  'sweep.waiting': 'The first run is under way…',
  'sweep.setting': 'Setting',
  'sweep.values': 'Values',
  'sweep.values.help': 'Separated by commas',
  'sweep.seeds': 'Seeds',
  'sweep.epochs': 'Epochs',
  'sweep.start': 'Start the sweep',
  'sweep.stop': 'Stop the sweep',
  'sweep.progress': '{done} of {all} runs are done',
  'sweep.done': '{done} of {all} runs; the sweep is over',
  'sweep.measure': 'Measure',
  'setting.within': '{whole}: {own}',
  'setting.on': 'on',
  'setting.off': 'off',
  'setting.none': 'none',
  'setting.value': '{name}: {value}',
  'setting.ofAll': '{parameter} of every “{kind}”',
  'sweep.measure.head': '{measure} of “{output}”',
  'sweep.measure.training': '{measure}, training data',
  'sweep.measure.validation': '{measure}, validation data',
  'sweep.measure.gradientRatio.first': 'Gradient bottom/top at the first step',
  'sweep.measure.gradientRatio.last': 'Gradient bottom/top at the last step',
  'sweep.measure.loopRatio.first': 'Gradient of the first iteration over the last’s, at the first step',
  'sweep.measure.loopRatio.last': 'Gradient of the first iteration over the last’s, at the last step',
  'sweep.parameter': '{parameter} of “{node}”',
  'sweep.median': 'median',
  'sweep.range': 'least and most',
  'sweep.minimum': 'least',
  'sweep.maximum': 'most',
  'sweep.finished': 'finished',
  'sweep.plot': '{measure} over {setting}: median, least and most over the seeds',
  'sweep.caption':
    'Over the seeds, of the runs that finished. The values stand side by side as written, not to scale. A few seeds are little evidence; the sweep’s runs are not kept.',
} as const;
