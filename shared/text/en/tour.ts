/** The first-run tour and the menu of help. */
export const tourText = {
  'help.menu': 'Help',
  'tour.command': 'Show the tour',
  'tour.label': 'Tour',
  'tour.count': 'Tour · {place} of {count}',
  'tour.skip': 'Skip the tour',
  'tour.back': 'Back',
  'tour.next': 'Next',
  'tour.done': 'Done',

  'tour.run.title': 'Train both networks',
  'tour.run.words':
    'The same 20 sigmoid layers twice: a plain stack and one with residual sums. Press Run ({keys}); both learn side by side.',
  'tour.dark.title': 'The plain wires have faded',
  'tour.dark.words':
    'A wire shows the gradient that comes back along it. In the plain network almost none reaches the bottom. Click this wire ({keys} goes along the wires).',
  'tour.why.title': 'Why it has faded',
  'tour.why.words': 'The inspector says what was measured on the wire, why it is so, and what can be done about it.',
  'tour.relu.title': 'Try the remedy',
  'tour.relu.words':
    'One press gives every layer of the plain network ReLU and the initialisation that fits it. Undo takes it back in one go.',
  'tour.again.title': 'Run again',
  'tour.again.words':
    'Numbers on the wires belong to the network as it was. When the run is over or stopped, run again ({keys}): the plain wires take colour.',
  'tour.loop.title': 'Draw a loop',
  'tour.loop.words':
    'Drag from the output of this layer back to the input of the one before it. What would be a cycle lights up, and one press makes it a loop. By keyboard: {keys}.',
  'tour.end.title': 'That is the main job',
  'tour.end.words':
    'This tour stays here under Help. The lessons on the left take it further: each asks, measures and explains.',
} as const;
