/** English texts of what check finds: see text.ts. Each says where, what was expected and received, and the way out. */
export const problemText = {
  // Ids, containers and sharing.
  'problem.duplicateId':
    'The id “{id}” is used twice. Weights and wires are found by their ids: give every node, wire and cell its own.',
  'problem.parentMissing': '“{name}” says that it lies inside “{parent}”, which is not on this sheet.',
  'problem.parentNotContainer': '“{name}” says that it lies inside “{parent}”, which is neither a frame nor a loop.',
  'problem.parentCycle': '“{name}” lies inside itself, by way of “{parent}”. Take it out.',
  'problem.nestingTooDeep': '“{name}” lies more than {limit} frames and loops deep.',
  'problem.perStepNotEnclosing':
    '“{name}” has its own weights at each step of “{loop}”, but that is not a loop around it.',
  'problem.perInstanceOutside':
    '“{name}” has its own weights in each instance, but it is not inside a cell definition: that has no effect.',

  // Types and parameters.
  'problem.unknownType': '“{name}” is of the type “{type}”, which this version of Gradloom does not have.',
  'problem.parameter.integer':
    '“{name}”: {parameter} must be a whole number from {minimum} to {maximum}; received {received}.',
  'problem.parameter.number': '“{name}”: {parameter} must be a number in {interval}; received {received}.',
  'problem.parameter.boolean': '“{name}”: {parameter} must be true or false; received {received}.',
  'problem.parameter.choice': '“{name}”: {parameter} must be one of {options}; received {received}.',
  'problem.parameter.shape':
    '“{name}”: {parameter} must be a list of {minimum} to {maximum} whole numbers from 1 to 1000000; received {received}.',
  'problem.parameter.pair':
    '“{name}”: {parameter} must be two whole numbers from {minimum} to {maximum}; received {received}.',
  'problem.parameter.triple':
    '“{name}”: {parameter} must be three whole numbers from {minimum} to {maximum}; received {received}.',
  'problem.parameter.integers':
    '“{name}”: {parameter} must be a list of {least} to {most} whole numbers from {minimum} to {maximum}; received {received}.',
  'problem.parameter.optionalInteger':
    '“{name}”: {parameter} must be empty or a whole number from {minimum} to {maximum}; received {received}.',
  'problem.parameter.margins':
    '“{name}”: {parameter} must be a list of {count} pairs [before, after] of whole numbers from 0 to {maximum}; received {received}.',
  'problem.parameter.initialiser':
    '“{name}”: {parameter} must be an initialiser such as glorotUniform with the settings it has; received {received}.',
  'problem.parameter.regulariser':
    '“{name}”: {parameter} must be null or a penalty with l1 and l2 from 0 upwards; received {received}.',
  'problem.parameter.unknown':
    '“{name}” ({type}) has no parameter {parameter}; received {received}. Its parameters: {known}.',
  'problem.parameter.structure': '“{name}”: {parameter} is not what the format says: {detail}.',

  // Wires.
  'problem.wireEndMissing': 'The wire “{wire}” ends at “{missing}”, which is not on this sheet.',
  'problem.portMissing': '“{name}” has no port “{port}” for this wire; it has {known}.',
  'problem.wireDirection':
    'This wire runs from “{from}” to “{to}”: a wire starts where a value comes out and ends where one goes in.',
  'problem.wireToItself':
    'The wire joins “{name}” to itself. To feed a value back, put the node in a loop with a state.',
  'problem.wireBorder':
    'The wire from “{from}” to “{to}” crosses the border of a loop. Values enter a loop as constants, scans or starts of states, and leave it as outputs.',
  'problem.inputTaken':
    'Two wires end at {port} of “{name}”, from “{first}” and “{second}”; a single input takes one. Join them with an add or a concatenate.',
  'problem.unconnected': 'Nothing is wired to {port} of “{name}”.',
  'problem.cycle':
    'These nodes depend on themselves: {names}. Outside of a loop nothing can be computed from its own result: make a loop of them, or take away the wire from “{from}” to “{to}”.',

  // Shapes and element types.
  'problem.rank': '“{name}” needs at least {expected} axis; received a {shape}.',
  'problem.imageRank':
    '“{name}” needs an image, height×width×channels; received {shape} from “{from}”. No layer makes an image of a vector: take the value from before it was flattened, or give the input an image’s shape.',
  'problem.dtype': '“{name}” needs {expected}; received {received} from “{from}”.',
  'problem.shapesDiffer':
    'All inputs of “{name}” must have one shape: expected {expected} like the first, received {received} from “{from}”.',
  'problem.windowTooLarge':
    'The window of “{name}” is {window}, but its input is only {size}. Use same padding or a smaller window.',
  'problem.axis': '“{name}”: there is no axis {axis}; the number of axes is {rank}.',
  'problem.concatenateShapes':
    'Inputs of “{name}” may differ along axis {axis} only: expected {expected} apart from that, received {received} from “{from}”.',
  'problem.valuesLength':
    '“{name}”: the {weight} of {shape} takes {expected} values; the initialiser gives {received}.',
  'problem.orthogonalRank': '“{name}”: an orthogonal start needs a matrix; the {weight} is {shape}.',
  'problem.tooFewInputs': '“{name}” joins at least {minimum} inputs; received {received}.',
  'problem.strideAndDilation':
    '“{name}”: strides {strides} and dilations {dilations} cannot both be above 1. Set one of them to 1.',
  'problem.clipRange': '“{name}”: the lower limit {minimum} must be below the upper limit {maximum}.',
  'problem.axisCount': '“{name}” sets {received} axes, but its input has {expected}: {shape}.',
  'problem.sliceRange':
    '“{name}” takes {size} elements from index {begin} on along axis {axis}, which is {length} long. Choose start and end within it.',
  'problem.permutation':
    '“{name}”: the order {permutation} must name each axis from 0 on once; the number of axes is {rank}.',
  'problem.reshapeTarget':
    '“{name}” cannot write the {elements} elements of {shape} into {target}. The product must be the same; one length may be −1.',
  'problem.cropTooLarge': '“{name}” would cut away all of {shape}: cut less than {margins}.',
  'problem.splitParts': '“{name}” cannot cut axis {axis}, which is {length} long, into {parts} equal parts.',
  'problem.splitSizes': '“{name}” cuts axis {axis} into {sizes}, but it is {length} long.',
  'problem.channelGroups': '“{name}”: {count} channels cannot be divided into {groups} groups of equal size.',
  'problem.volumeRank': '“{name}” needs a volume, depth×height×width×channels; received {shape} from “{from}”.',
  'problem.tooLarge':
    '“{name}” makes a tensor of {received} elements; more than {limit} cannot be held in one. Make it smaller.',

  // Loops.
  'problem.terminalTwice': '“{name}” has two terminals called “{terminal}”.',
  'problem.stateStart':
    'The state “{state}” of “{name}” is declared {expected} ({expectedType}) but starts with {received} ({receivedType}).',
  'problem.stateNext':
    'The state “{state}” of “{name}” must keep its type: expected {expected} ({expectedType}), received {received} ({receivedType}) for the next iteration.',
  'problem.stateUnread': 'Nothing inside “{name}” reads the state “{state}”.',
  'problem.learnedStateType':
    'The state “{state}” of “{name}” starts at a learned value; that needs float32, received {received}.',
  'problem.outputState':
    '“{name}” hands out the state “{state}” as “{output}”, but it has no state of that name. Choose another one.',
  'problem.residualStateType':
    'The state “{state}” of “{name}” adds what the body gives to its value; that needs float32, received {received}.',
  'problem.scanLength':
    '“{name}” runs {iterations} times, but its scan “{terminal}” has {received} slices. A loop runs once for each slice.',
  'problem.scansDiffer':
    'All scans of “{name}” must have one length: “{first}” has {expected} slices, “{second}” has {received}.',
  'problem.scanScalar':
    'The scan “{terminal}” of “{name}” receives one number per example: there is no first axis to take slices from.',
  'problem.endInLoop':
    '“{name}” ({type}) stands inside a loop. Data enters and leaves the network outside of loops: lead the value over the border with a wire.',

  // Cells.
  'problem.endInCell':
    '“{name}” ({type}) stands inside a cell definition. There, cell inputs and cell outputs take its place.',
  'problem.cellMissing': '“{name}” is an instance of the cell “{cell}”, which the document does not have.',
  'problem.cellRecursion': 'The cell contains itself through “{name}”: {cells}. Cells cannot be recursive.',
  'problem.cellFails': '“{name}”: the cell “{cell}” does not fit what is wired to it; see “{inner}” inside.',
  'problem.cellUnused': 'Nothing uses the cell “{cell}”.',
  'problem.cellsTooMany': '“{name}”: cells are nested in more than {limit} different ways.',
  'problem.cellInputMissing': 'The definition of the cell “{cell}” has no node for its input “{terminal}”.',
  'problem.cellOutputMissing':
    'The definition of the cell “{cell}” has no node for its output “{terminal}”: add a cell output and wire it.',
  'problem.cellTerminalOutside': '“{name}” belongs inside a cell definition; it means nothing here.',
  'problem.cellTerminalUnknown': '“{name}” stands for “{terminal}”, but the cell “{cell}” has {known}.',
  'problem.cellTerminalTwice': '“{name}” is the second node for “{terminal}”; one is enough.',
  'problem.cellTerminalInLoop': '“{name}” lies inside a loop; a cell’s inputs and outputs lie outside of its loops.',
  'problem.exposedUnknown':
    'The cell “{cell}” exposes “{parameter}”, but there is no parameter {target} of “{inner}” inside to set.',
  'problem.instanceParameterUnknown':
    '“{name}” sets “{parameter}”, which the cell “{cell}” does not expose; it exposes {known}.',
  'problem.sharedWeightShape':
    '“{name}” shares weights with other instances, but {weight} of “{inner}” would be {received} here and is {expected} there. Give it its own weights, or the same shapes.',
  'problem.sharedWeightSettings':
    '“{name}” shares weights with other instances, but {weight} of “{inner}” would start or be penalised differently here. Give it its own weights, or the same settings.',

  // Data, losses and metrics.
  'problem.noOutput': 'There is no output yet: add one after the layer whose value is to be predicted.',
  'problem.outputNames':
    'Two outputs are called “{name}”; losses, metrics and predictions could not be told apart. Rename one.',
  'problem.inputNames': 'Two inputs are called “{name}”; arrays given by label could not be told apart. Rename one.',
  'problem.noData': 'No data set is chosen: the network can be looked at, but not trained.',
  'problem.outputWithoutLoss': 'The output “{name}” has no loss: nothing pulls it towards a target.',
  'problem.lossOutputUnknown': 'The loss {kind} is on “{output}”, which is not an output of this document.',
  'problem.metricOutputUnknown': 'The metric {kind} is on “{output}”, which is not an output of this document.',
  'problem.comparedType': 'The output “{name}” gives {received}; {kind} needs float32.',
  'problem.targetUnknown':
    'The target “{target}” of {kind} on “{name}” is not a field of the data set; it has {known}.',
  'problem.targetShape':
    'The output “{name}” and its target do not fit: for “{target}” ({field}), {kind} expects an output of {expected}; received {received}.',
  'problem.classWeights': 'The loss of “{name}” weighs {received} classes, but the output has {expected}.',
  'problem.inputUnbound': 'The input “{name}” reads no field of the data set; choose one of {known}.',
  'problem.fieldUnknown': 'The input “{name}” reads “{field}”, which the data set does not have; it has {known}.',
  'problem.inputShape': 'The input “{name}” is {received}, but the field “{field}” that it reads is {expected}.',
  'problem.inputType': 'The input “{name}” is {received}, but the field “{field}” that it reads is {expected}.',
  'problem.bindingUnknown': 'The data set is bound to “{input}”, which is not an input of this document.',
  'problem.batchTooLarge':
    'The batch size is {batch}, but only {examples} examples are left for training: every step sees them all.',

  // Advice.
  'problem.denseOnImage':
    '“{name}” receives an image of {received} and works at every place of it by itself, along the channels. To use the whole image, flatten it first.',
  'problem.unused': 'No output depends on “{name}” ({count} in this part).',
  'problem.opaque':
    '“{name}” is a layer “{operator}” that Gradloom does not have: the network can be kept, but not run.',
  'problem.linkTwice':
    '“{name}” applies {function}, and then {kind} on “{output}” applies it again: the loss reads logits. Let the output’s link do it.',
  'problem.residualUnnormalised':
    '{count} residual sums follow one another with no normalisation. With ReLU and He initialisation, the gradient of such a stack was measured to grow 46-fold over 10 blocks and 7,000-fold over 20 at the start. Normalise inside the branches, or scale them down.',
  'problem.linearRow':
    '{count} dense layers in a row, from “{first}” to “{second}”, have no activation between them: together they can compute nothing that a single dense layer could not.',
  'problem.surplusOutputs':
    'The output “{name}” gives {received} scores, but “{target}” has {expected} classes: no example belongs to the others, which only learn to be low.',
  'problem.nothingToTrain': 'There is a loss but nothing to train: no weight, or all of them are frozen.',

  // A file as a Gradloom document: shared/graph/serialise.ts.
  'problem.file.atPlace': 'Line {line}, column {column}: {problem}',
  'problem.file.atLine': 'Line {line}: {problem}',
  'problem.file.empty': 'The file is empty. A Gradloom document is JSON that begins with "format": "gradloom".',
  'problem.file.tooLarge': 'The file has {received} million characters; at most {maximum} million are read.',
  'problem.file.more': 'And {count} more problems.',
  'problem.file.jsonEnd':
    'The file ends here in the middle of the document: it was cut off, or a bracket or quote is not closed.',
  'problem.file.jsonValue': 'Expected a value; received {received}. Text stands in double quotes.',
  'problem.file.jsonComma': 'Expected a comma or the closing bracket; received {received}.',
  'problem.file.jsonColon': 'Expected a colon after the key; received {received}.',
  'problem.file.jsonKey': 'Expected a key in double quotes; received {received}.',
  'problem.file.jsonString':
    'The text that begins here holds a line break or another control character. Close its quote, or write \\n.',
  'problem.file.jsonEscape':
    'Expected one of \\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u with four hexadecimal digits; received {received}.',
  'problem.file.jsonNumber':
    'Expected a number as JSON writes it, like 12, -0.5 or 1e-3, and not beyond 1e308; received {received}.',
  'problem.file.jsonTrailing': 'Expected the end of the file after the document; received {received}.',
  'problem.file.jsonTrailingComma': 'Nothing follows this comma. Remove it.',
  'problem.file.jsonComment': 'JSON has no comments. Write words for people under a "note".',
  'problem.file.jsonDuplicateKey': 'The key "{key}" stands twice in one object. Remove one of the two.',
  'problem.file.jsonForbiddenKey': 'The key "{key}" is not allowed. Rename it.',
  'problem.file.jsonDepth': 'Brackets are nested deeper than {maximum} levels.',
  'problem.file.notGradloom': 'This is no Gradloom document: expected "format": "gradloom"; received {received}.',
  'problem.file.noFormat':
    'This is no Gradloom document: expected "format": "gradloom"; there is no "format", but {known}.',
  'problem.file.version': 'Expected a whole number from 1 to {newest} under "version"; received {received}.',
  'problem.file.newer':
    'This document has version {received}; this Gradloom reads versions up to {newest}. Open it with a newer Gradloom.',
  'problem.file.older': 'This document has version {received}, and there is no way from it to version {newest}.',
  'problem.file.migration': 'This document could not be brought from version {received} to {newest}: {reason}',
  'problem.file.missing': '{path} is missing.',
  'problem.file.unknownKey': '{path} is no key of the format. Expected one of: {known}.',
  'problem.file.text': '{path}: expected text in double quotes; received {received}.',
  'problem.file.number': '{path}: expected a number; received {received}.',
  'problem.file.integer': '{path}: expected a whole number; received {received}.',
  'problem.file.boolean': '{path}: expected true or false; received {received}.',
  'problem.file.list': '{path}: expected a list in square brackets; received {received}.',
  'problem.file.object': '{path}: expected an object in curly brackets; received {received}.',
  'problem.file.choice': '{path}: expected one of {expected}; received {received}.',
  'problem.file.least': '{path}: expected at least {minimum}; received {received}.',
  'problem.file.most': '{path}: expected at most {maximum}; received {received}.',
  'problem.file.above': '{path}: expected more than {minimum}; received {received}.',
  'problem.file.below': '{path}: expected less than {maximum}; received {received}.',
  'problem.file.textEmpty': '{path}: expected some text; it is empty.',
  'problem.file.textLong': '{path}: expected at most {maximum} characters; received {received}.',
  'problem.file.listLong': '{path}: expected at most {maximum} entries; received {received}.',
  'problem.file.identifier':
    '{path}: expected an id of 1 to 64 letters (a-z, A-Z), digits, "_" or "-" that does not begin with "-"; received {received}.',
  'problem.file.digest': '{path}: expected a SHA-256 of 64 digits 0-9 and a-f; received {received}.',
  'problem.file.value': '{path}: expected a value that JSON can hold; received {received}.',
  'problem.file.other': '{path}: {reason}',
  'problem.file.duplicateNode':
    '{path}: the node id "{id}" is already used at {first}. Node ids are unique in the whole document, cells included.',
  'problem.file.duplicateWire':
    '{path}: the wire id "{id}" is already used at {first}. Wire ids are unique in the whole document, cells included.',
  'problem.file.duplicateCell': '{path}: the cell id "{id}" is already used at {first}.',
  'problem.file.duplicateTerminal': '{path}: the id "{id}" is already used at {first}.',
  'problem.file.wireNode':
    '{path}: the wire "{wire}" has no node at this end. Expected a node of the same sheet; received "{received}".',
  'problem.file.parentMissing': '{path}: expected a frame or loop of the same sheet; received "{received}".',
  'problem.file.parentType':
    '{path}: expected a frame or loop; received "{received}", which is a node of type "{type}".',
  'problem.file.parentCircle': '{path}: the node "{node}" lies inside itself by way of its parents.',

  // Gestures that do not fit a document: shared/graph/gestures.
  'problem.gesture.nothing':
    'Nothing is chosen that this can be done with. Data inputs, outputs and the ports of a cell stay where they are.',
  'problem.gesture.wired': '“{id}” has wires already. Take them away first, or insert a node without wires.',
  'problem.gesture.missing': '“{id}” is not in this document.',
  'problem.gesture.taken': 'The name “{id}” is already used. Choose another one.',
  'problem.gesture.sheets': 'What is chosen lies on different sheets. Choose nodes of one sheet.',
  'problem.gesture.scopes':
    'Some of these nodes lie in a loop that others do not lie in. Choose nodes of the same loop, or of none.',
  'problem.gesture.cycle':
    'A wire from “{from}” to “{to}” would close a cycle. Make it a loop, with a state that carries the value back.',
  'problem.gesture.noCycle': 'A wire from “{from}” to “{to}” closes no cycle, so it needs no loop. Connect the two.',
  'problem.gesture.givesNothing': 'No value comes out of “{id}” at “{port}”. Begin at an output.',
  'problem.gesture.takesNothing': 'No value goes into “{id}” at “{port}”. End at an input.',
  'problem.gesture.fedInside':
    '“{id}” lies inside another loop, and that input is already wired. Draw the wire to the border of that loop.',
  'problem.gesture.brokenLoop': 'The parameters of the loop “{id}” are broken. Mend them first: see the problems.',
  'problem.gesture.noContainer': '“{id}” holds nothing: it is no frame, loop or cell.',
  'problem.gesture.noInstance': '“{id}” is no instance of a cell.',
  'problem.gesture.dissolveIterations':
    'The loop “{id}” runs {iterations} times; only a loop that runs once can be dissolved. Set its iterations to 1 first.',
  'problem.gesture.dissolveTerminal':
    'Without the loop “{id}” nothing could stand for its terminal “{terminal}”: a start that is not wired, a scan or stacked values. Rewire it first.',
  'problem.gesture.residualEnds':
    'x + F(x) needs one value that goes into the selection and one that comes out: here {into} go in and {out} come out. Choose a part with one of each.',
  'problem.gesture.recursion': 'The cell “{cell}” would lie inside itself. A cell cannot use itself.',
  'problem.gesture.mixedSharing':
    'Some of these nodes have weights of their own for each step or instance, and some do not; one instance of a cell can only have the one or the other. Choose nodes that agree.',
  'problem.gesture.exposed':
    'The cell exposes “{parameter}” of “{id}”. Stop exposing it first, then put the node into a cell of its own.',
} as const;
