/** Model files: what formats carry, and what the terminal and the window say about them. */
export const exportText = {
  'export.finding.opaque': 'The operator "{operator}" of a foreign file can be computed by its own tool only.',
  'export.finding.operation': 'The format has nothing like "{kind}".',
  'export.finding.unrolled':
    'The {iterations} iterations of the loop stand in the file one after another; their shared weights are there once.',
  'export.finding.duplicated': 'The format cannot share this weight here: it is stored {count} times.',
  'export.finding.noInput': 'The graph has no data input, so the file would not know how many examples there are.',
  'export.finding.callOrder':
    'Shared layers depend on one another in a way that TensorFlow.js cannot load. Choose another format.',
  'export.finding.tooLarge': 'It would take {bytes} bytes, more than the format can hold.',
  'failure.export.refused':
    'The format {format} cannot carry this graph ({count} reasons); the first: {first} Choose another format, or another layer there.',
  'failure.export.folderInUse':
    '"{path}" is a folder with other files in it. Choose another name: an export replaces only an earlier export.',
  'failure.import.unknown':
    'This is no model file that Gradloom reads: expected .keras, .h5 or the folder of a TensorFlow.js model.',
  'failure.import.foreign':
    'The file holds no Gradloom document: this version reads model files that Gradloom itself has written.',
  'failure.import.document': 'The Gradloom document in the file is broken: {reason}.',
  'failure.import.broken': 'The file is broken: {reason}. Export it again, or fetch it again.',
  'failure.import.tooLarge': 'Unpacked, the file would take more than {limit} bytes; nothing was read.',
  'failure.import.weight': 'The weight "{weight}" needs {expected} numbers; the file has {received}.',
  'terminal.help.import': 'bring a model file back as a document',
  'terminal.import.noWeights':
    'The file holds some weights only in pieces, so the document comes without them; they start from its seed.',
  'terminal.help.export': 'hand the network on as a model file',
  'terminal.export.format': '--to needs one of {expected}; received "{received}".',
  'terminal.export.file': 'file',
  'terminal.export.bytes': 'bytes',
} as const;
