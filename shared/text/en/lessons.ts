/** Lessons: what the window and the terminal say around them. What a lesson says itself stands in its own file. */
export const lessonText = {
  'problem.file.lessonEmpty': 'The file is empty. A lesson is JSON that begins with "format": "gradloom-lesson".',
  'problem.file.notLesson': 'This is no lesson: expected "format": "gradloom-lesson"; received {received}.',
  'problem.file.lessonReference':
    '{path}: expected a measure of one of the experiments, as "experiment.measure"; received "{received}". There are: {known}.',
  'problem.file.lessonExperiment': '{path}: expected one of the experiments {known}; received "{received}".',
  'problem.file.lessonSeries':
    '{path}: the measure "{kind}" gives a series of its own, so it cannot be taken where a setting varies. Remove "vary", or take another measure.',
  'problem.file.lessonPoint': '{path}: "{reference}" is measured at {known}; received {received}.',
  'problem.file.lessonOneNumber': '{path}: "{reference}" is one number; remove the point {received}.',
  'problem.file.lessonVary': '{path}: only a template has settings that vary; this experiment has a whole document.',

  'failure.lesson.broken': '{path} is no lesson that can be read: {reason}',
  'failure.lesson.step': 'The lesson has no step to run named "{received}"; it has {expected}.',
  'failure.lesson.experiment': 'Experiment "{experiment}": {reason}',
  'failure.lesson.node':
    'Experiment "{experiment}": expected a node "{node}" with what is measured; the network has none.',
  'failure.lesson.noWire': 'Experiment "{experiment}": expected a wire from "{from}" to "{to}"; the network has none.',
  'failure.lesson.noFork':
    'Experiment "{experiment}": expected that what "{node}" hands on goes into a sum and into a branch; it does not.',
  'failure.lesson.noQuestions':
    'Experiment "{experiment}": attention on the asked object needs the fields "image" and "question" of Sort-of-CLEVR; received {received}.',
  'failure.lesson.stopped': 'The step was stopped. Nothing of it is kept.',
  'failure.lesson.tooManyWeights':
    'Experiment "{experiment}": its network has {received} weights; a lesson runs at most {mostWeights}. Make it smaller, or train it in the editor.',
  'failure.lesson.tooManyKept':
    'Experiment "{experiment}": a batch of {batch} keeps {received} numbers for the gradient; a lesson runs at most {mostKept}. Make the network or the batch smaller.',
  'failure.lesson.unknown':
    'There is no lesson "{received}"; there are {expected}. A file of your own ends in .lesson.json.',

  'lesson.kind.read': 'Read',
  'lesson.kind.predict': 'Predict',
  'lesson.kind.run': 'Run',
  'lesson.kind.measure': 'Measure',
  'lesson.kind.verdict': 'Verdict',
  'lesson.kind.explore': 'Explore',

  'lesson.measure.gradientRatio':
    'RMS of dL/dvalue at the bottom over that at the top, between tensors of one size, on one training batch, float32.',
  'lesson.measure.gradientProfile':
    'By depth, on one training batch. Activations: RMS of dL/dvalue over the RMS of the gradient that enters at the loss. Weights: L2 of dL/dW.',
  'lesson.measure.gradientAt':
    'RMS of dL/d(what the node hands on), the sum of all shares where it forks, over the RMS of the gradient that enters at the loss.',
  'lesson.measure.stateGradient':
    'RMS of dL/d(state) as the first iteration gets it, over that of the last iteration; on one training batch.',
  'lesson.measure.updateRatio': 'L2 of one update of the kernel over L2 of the kernel.',
  'lesson.measure.weightNorm': 'L2 of all weights of the named nodes, as one vector.',
  'lesson.measure.metric': 'Over the whole part of the data after the last epoch.',
  'lesson.measure.metricCurve': 'Over the whole part of the data after each epoch.',
  'lesson.measure.count':
    'A fact of the network. Multiply-adds: one example’s forward pass. Activations: numbers of one example that are kept for the gradient.',
  'lesson.measure.secondsPerStep': 'Seconds of training over steps, evaluation included. It differs between machines.',
  'lesson.measure.notFinite': '1 where a number stopped being finite (infinity or NaN), else 0.',
  'lesson.measure.fork':
    'Where a value goes into a sum and into a branch: RMS of the branch’s share of the gradient over that of the sum’s share, or the cosine of the two.',
  'lesson.measure.gain':
    'Along the way from a wire to the loss. Bound: product of the largest stretches, an upper bound. Typical: gain of random vectors. Measured: gain of this batch’s gradient. Radius and largest singular value: of the square map that the loop repeats.',
  'lesson.measure.stepCosine':
    'Cosine between −ΔW of the first step and the raw gradient dL/dW of the same batch; of all weights as one vector, or the smallest over single tensors.',
  'lesson.measure.clippedShare':
    'Norm of the applied gradient over norm of the raw one, all weights as one vector, first step.',
  'lesson.measure.residualForms':
    'dL/dx of one training batch, as one vector. Direct: dL/dx_L. Branches: the sum of the shares through all F. Errors: relative to dL/dx_l.',
  'lesson.measure.rescaled': 'After the weights are multiplied, over before; on one training batch.',
  'lesson.measure.accuracyByIteration':
    'The trained network, left after i iterations; on up to 512 examples, the weights staying as they are.',
  'lesson.measure.stateChange': 'L2 of x_i − x_{i−1}, mean over the first eight training examples.',
  'lesson.measure.lossLine':
    'Loss along a random direction through the trained weights, each filter of it as long as that of the weights (Li et al. 2018), on the first training examples. A slice is a slice.',
  'lesson.measure.lossConcavity':
    'On a square slice of the loss (two such directions): the part of all second differences along rows and columns that is negative. A convex function has none.',
  'lesson.measure.attention':
    'Last look. Mass: share of the map on regions that the asked object touches. Uniform: what an even map has there. Change: how often the answer changes where the object is painted over.',

  'app.rail.lessons': 'Lessons',
  'lessons.command': 'Show the lessons',
  'lessons.open': 'Open a lesson file…',
  'lessons.own': 'Your lessons',
  'lessons.own.forget': 'Take “{title}” off this list; its file stays',
  'lessons.broken': 'It is no lesson that this version can read. Nothing was changed; mend the file and open it again.',
  'lessons.failed.open': 'The lesson cannot be opened',
  'lessons.failed.stop': 'The step cannot be stopped; it goes on',
  'lessons.failed': 'The step failed: {reason}',
  'lessons.all': 'All lessons',
  'lessons.step': 'Step {number} of {count}',
  'lessons.back': 'Back',
  'lessons.next': 'Next',
  'lessons.close': 'Close the lesson',
  'lessons.projector': 'Projector view: large type',
  'lessons.print': 'Print as a hand-out',
  'lessons.save': 'Save this lesson as a file',
  'lessons.done': 'done',
  'lessons.commit': 'Commit this guess',
  'lessons.committed': 'You said: {guess}',
  'lessons.guess': 'Your number',
  'lessons.guess.wait': 'It will be held against the measurement.',
  'lessons.guess.right': 'The measurement agrees.',
  'lessons.guess.wrong': 'The measurement says otherwise.',
  'lessons.guess.measured': 'Measured: {value}',
  'lessons.run': 'Run',
  'lessons.runAgain': 'Run again',
  'lessons.stop': 'Stop',
  'lessons.running': '{done} of {runs}: {experiment}, seed {seed}',
  'lessons.ran': '{date}, Gradloom {version}: {seconds} s with {engine}, seeds {seeds}',
  'lessons.engine.tensorflow': 'native TensorFlow',
  'lessons.engine.javascript': 'TensorFlow.js in JavaScript (smaller sizes)',
  'lessons.experiments': 'What is run',
  'lessons.settings.all': 'Alike in all: {settings}',
  'lessons.network.own': 'A network of this lesson: {name}',
  'lessons.notMeasured': 'Nothing is measured yet. Run this step first:',
  'lessons.busy': 'Another step is running.',
  'lessons.measure': 'Measured',
  'lessons.value': 'Median (range)',
  'lessons.atStep': 'At step',
  'lessons.median': 'Lines are medians over the seeds {seeds}; thin ones are their range.',
  'lessons.claim': 'Claim',
  'lessons.holds.yes': 'Holds here',
  'lessons.holds.partly': 'Holds in part',
  'lessons.holds.no': 'Does not hold here',
  'lessons.holds.open': 'Not decided',
  'lessons.definitions': 'How these numbers are defined',
  'lessons.explore': 'Open in the editor',
  'lessons.handOut.answer': 'Your guess:',

  'terminal.help.lesson': 'run a lesson, every step of it: its measures and verdicts',
  'terminal.lesson.listed': 'Lessons that come along; a file of your own ends in .lesson.json:',
  'terminal.lesson.progress': '{done} of {runs}: {experiment}, seed {seed}',
  'terminal.lesson.measure': 'measure',
  'terminal.lesson.value': 'median (range)',
  'terminal.lesson.step': 'at step',
  'terminal.lesson.seconds': '{seconds} s with {backend}, seeds {seeds}',
  'terminal.lesson.holds.yes': 'HOLDS',
  'terminal.lesson.holds.partly': 'HOLDS IN PART',
  'terminal.lesson.holds.no': 'DOES NOT HOLD',
  'terminal.lesson.holds.open': 'NOT DECIDED',
} as const;
