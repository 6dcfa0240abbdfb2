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
  'failure.import.custom':
    'The layer "{layer}" is of the class {operator}, whose code is not part of Keras; no code of a file is run. Replace it with layers of Keras and save the model again.',
  'failure.import.openShape':
    'The shape {shape} of "{layer}" leaves a length open; a document needs every length but the batch. Build the model with fixed lengths and save it again.',
  'failure.import.inputType':
    'The input "{layer}" holds {received}; expected numbers or truth values. Move the preprocessing out of the model.',
  'failure.import.opaqueShape':
    'Gradloom has no layer "{operator}" ("{layer}"), and the file does not say which shape it gives. Save the model with Keras 3, which writes the shapes down.',
  'failure.import.weightShape': 'The weight "{weight}" should have the shape {expected}; the file has {received}.',
  'failure.import.graphModel':
    'This is a TensorFlow.js graph model, which has lost its layers. Expected a layers model: convert with --output_format=tfjs_layers_model.',
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
  'export.title': 'Export “{name}”',
  'export.format': 'Format',
  'export.format.tfjs': 'TensorFlow.js',
  'export.format.keras': 'Keras',
  'export.format.h5': 'Keras, legacy .h5',
  'export.format.savedmodel': 'SavedModel',
  'export.format.onnx': 'ONNX',
  'export.format.pytorch': 'PyTorch',
  'export.format.keras-code': 'Keras code',
  'export.about.tfjs':
    'A folder for the browser: model.json and weights.bin, read by tf.loadLayersModel. Gradloom opens it again.',
  'export.about.keras': 'One .keras file, read by Keras 3. Gradloom opens it again.',
  'export.about.h5': 'One .h5 file in the older format of Keras, read by Keras 3. Gradloom opens it again.',
  'export.about.savedmodel':
    'A folder for TensorFlow, for prediction only: a signature serving_default with named inputs and outputs.',
  'export.about.onnx': 'One .onnx file, operator set 17, read by ONNX Runtime and by most tools.',
  'export.about.pytorch':
    'A folder with readable source code, model.py, and weights.safetensors. Loops are loops, cells are classes.',
  'export.about.keras-code':
    'A folder with a readable functional script, model.py, and weights.npz. Loops are loops, cells are functions.',
  'export.verdict.whole': 'can carry everything as it is drawn',
  'export.verdict.changed': 'predicts the same, with {count} differences',
  'export.verdict.refused': 'cannot carry this graph',
  'export.carries': 'Of this graph',
  'export.carries.whole': 'Everything is carried as it is drawn.',
  'export.carries.refused': 'This format cannot carry the graph. What stands in the way:',
  'export.carries.changed': 'The file predicts what the graph predicts. What looks different in it:',
  'export.everywhere': 'Whole graph',
  'export.weights': 'Weights',
  'export.weights.initial': 'Untrained, from seed {seed}',
  'export.weights.beside': 'Those beside the document ({file})',
  'export.weights.run': 'Run of {when}: {document}, {epochs} epochs',
  'export.weights.count': '{count} numbers',
  'export.licence': 'Licence',
  'export.licence.placeholder': 'such as Apache-2.0',
  'export.note': 'Note',
  'export.note.placeholder': 'For whoever opens the file',
  'export.sheet':
    'A sheet goes along: shapes, preprocessing, class names, five examples with their outputs, licence, note and training.',
  'export.action': 'Export…',
  'export.stop': 'Stop',
  'export.again': 'Another format',
  'export.surveying': 'Looking at what each format can carry …',
  'export.stage.examples': 'Predicting five examples',
  'export.stage.writing': 'Writing the model',
  'export.stage.saving': 'Saving the files',
  'export.stage.reading': 'Reading the file back',
  'export.working': 'Exporting as {format}',
  'export.done': 'Exported as {format}',
  'export.failed': 'The export failed',
  'export.files': 'Files',
  'export.check.whole': 'Read back: the document is the same letter for letter, every weight bit for bit.',
  'export.check.document':
    'Read back: the document is the same letter for letter. The format holds some weights in pieces, which were not compared.',
  'export.check.different': 'Read back, something else came: {reason}. Do not hand this file on.',
  'export.check.unread':
    'Not read back: Gradloom has no reader for this format. The sheet has five examples to try it with.',
  'export.dialog': 'Export to',
  'export.dialog.action': 'Export here',
  'import.title': 'Import a model file',
  'import.action': 'Import',
  'import.out': 'Save the imported document',
  'import.done': 'Imported {name}',
  'import.done.noWeights': 'Imported {name} without its weights: the file holds some of them only in pieces',
  'import.failed': 'The model file could not be imported',
  'files.dialog.list.models': 'Folders and model files',
  'files.dialog.empty.models': 'No folders or model files here.',
  'files.export': 'Export…',
  'files.import': 'Import a model…',
  'failure.export.stopped': 'The export was stopped; what was there before is as it was.',
  'failure.export.busy': 'An export is under way in this window. Wait for its end, or stop it.',
  'export.format.tflite': 'TensorFlow Lite',
  'export.about.tflite':
    'One .tflite file for phones and small devices, with built-in operators only. Rounded weights become float32 again when the model runs.',
  'export.precision': 'Precision of the weights',
  'export.precision.float32': 'float32',
  'export.precision.float16': 'float16',
  'export.precision.int8': 'int8',
  'export.loss':
    'Weights: {after} instead of {before}. On {asked} examples the outputs move by {largest} at most, and {changed} examples are decided otherwise.',
  'failure.export.precision':
    'The format {format} has no weights of precision {precision}. Choose another precision, or another format.',
  'terminal.export.precision': '--precision for this format needs one of {expected}; received "{received}".',
  'export.format.svg': 'Drawing, SVG',
  'export.format.png': 'Drawing, PNG',
  'export.about.svg': 'The sheet in view as a picture that stays sharp at any size, in the theme that is on.',
  'export.about.png':
    'The sheet in view as a picture of pixels, twice as fine as on the screen, in the theme that is on.',
  'failure.export.noDrawing': '“{path}” is no name for a drawing: it must end in .svg or .png.',
} as const;
