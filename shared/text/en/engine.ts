/** English: see text.ts. */
export const engineText = {
  // Failures of services, shells and terminal.
  'failure.call.malformed': 'The message is not a call: {reason}.',
  'failure.call.unknown':
    'There is no call "{call}". The window and the services are of different versions: reload the window.',
  'failure.call.arguments': 'The call "{call}" was given wrong arguments: {reason}.',
  'failure.call.notHere': '"{call}" does not exist in this shell.',
  'failure.internal': 'Something broke inside Gradloom: {reason}. The document in the window is untouched; save it.',
  'failure.interrupted': 'Stopped before it was done.',
  'failure.file.missing': 'There is no file "{path}". Check the name, or choose another file.',
  'failure.file.folderMissing': 'The folder of "{path}" does not exist. Create it, or save somewhere else.',
  'failure.file.folderExists': 'There is something called "{path}" already. Choose another name.',
  'failure.file.isFolder': '"{path}" is a folder; a file is needed.',
  'failure.file.notFolder': '"{path}" is not a folder.',
  'failure.file.readDenied': 'This program may not read "{path}". Change its permissions, or choose another file.',
  'failure.file.writeDenied':
    'This program may not write "{path}". Change the permissions of the file and its folder, or save somewhere else.',
  'failure.file.readOnly': 'The disk that holds "{path}" is read-only. Save somewhere else.',
  'failure.file.diskFull':
    'The disk is full: "{path}" was not written, and what was there before is unchanged. Free some space, or save somewhere else.',
  'failure.file.driveGone': 'The drive that holds "{path}" does not answer. Connect it again, or save somewhere else.',
  'failure.file.tooLarge': '"{path}" has {received} bytes; at most {limit} are allowed.',
  'failure.file.notText': '"{path}" is not UTF-8 text, so it is no Gradloom document.',
  'failure.file.notDocument': '"{path}" is no name for a Gradloom document: expected a name that ends in ".json".',
  'failure.file.notDocumentText': 'What should be written to "{path}" is not a Gradloom document; nothing was written.',
  'failure.file.exists': '"{path}" exists already; nothing was written. Choose another name, or replace it.',
  'failure.file.changed':
    '"{path}" was changed by another program or window since it was opened; nothing was written. Save under another name, or replace it.',
  'failure.file.outside':
    '"{path}" is outside "{root}", the only folder this server reads and writes. Start it with --root to name another.',
  'failure.file.notGranted': '"{path}" was not chosen in a file dialog of this program. Open it with File, Open.',
  'failure.file.pathInvalid': '"{path}" is not a path.',
  'failure.file.failed': '"{path}" could not be read or written: {reason}.',
  'failure.document.broken': '"{path}" is not a Gradloom document that can be used: {reason}',
  'failure.document.problems': 'The network of "{path}" has problems ({count}); the first: {first}',
  'failure.engine.died':
    'The engine ended: {reason}. The document is safe; a new engine is starting. Start the run again.',
  'failure.engine.gaveUp':
    'The engine ended {count} times within a minute, the last time: {reason}. It is not started again for now; "gradloom doctor" tells more. The document is safe.',
  'failure.engine.restarted': 'The engine was replaced by the one that was installed. Ask again.',
  'failure.engine.busy': 'A run is under way. Stop it or let it end; then the engine that was installed can take over.',
  'failure.provision.none':
    'There is no engine to install here: in a checkout "npm run setup" provides it, and this package was made without one.',
  'failure.provision.noAddress':
    'This Gradloom knows no address to download its engine from. Choose the file {file} that was published beside it.',
  'failure.provision.busy': 'Another Gradloom is working on the engine at this moment. Wait until it is done.',
  'failure.provision.stopped': 'Stopped. What was downloaded is kept for the next time.',
  'failure.provision.unreachable':
    '{host} cannot be reached: {reason}. What has come is kept ({percent} %); try again to go on from there.',
  'failure.provision.answer':
    '{host} does not give out {file}: it answered {status}. Try again later, or choose the file itself.',
  'failure.provision.insecure':
    '{host} leads to an address without https, so nothing was taken from it. Choose the file itself.',
  'failure.provision.size':
    '{file} is not the engine of this Gradloom: expected {expected} bytes, received {received}. Nothing was installed. Try again, or choose the file {name} that was published with this version.',
  'failure.provision.hash':
    '{file} is damaged or was changed: expected the SHA-256 {expected}, received {received}. Nothing was installed. Try again, or choose the file {name} that was published with this version.',
  'failure.provision.damaged':
    '{file} cannot be unpacked: {reason}. Nothing was installed. Try again, or install Gradloom anew.',
  'failure.provision.space':
    'There is too little room on the disk of {path}: {needed} MB are needed, {free} MB are free. Make room and try again.',
  'failure.update.unreachable':
    '{host} could not be asked for a newer version: {reason}. Check the connection and try again; this version goes on working.',
  'failure.update.list':
    '{host} answers, but gives out no list of versions that can be read: {reason}. Try again later, or get the new version from where this one came.',
  'failure.update.download':
    'Gradloom {version} could not be downloaded from {host}: {reason}. Nothing was changed; try again.',
  'failure.update.checksum':
    'What {host} gives out as Gradloom {version} is not what its list of versions says: {reason}. It was thrown away and nothing was changed. Try again later.',
  'failure.update.signature':
    'What {host} gives out as Gradloom {version} is not signed by whoever made this version: {reason}. It was thrown away and nothing was changed.',
  'failure.engine.closed': 'Gradloom is closing; the engine takes no more work.',
  'failure.weights.takenMissing':
    '“{name}” takes its weights from the run “{run}”, which has no weight “{weight}”. Let it take them from another run, or start from the seed.',
  'failure.weights.takenShape':
    '“{name}” takes its weights from the run “{run}”, where “{weight}” has the shape {received}; {expected} is expected. Let it have the settings it had in that run, take the weights from another run, or start from the seed.',
  'failure.weights.modelGone':
    '“{name}” takes its weights from the model file “{path}”, which is not there. Put it back, choose the file anew, or start from the seed.',
  'failure.weights.modelChanged':
    '“{name}” takes its weights from the model file “{path}”, which is another than the one that was chosen. Choose it anew if it is meant, or start from the seed.',
  'failure.weights.modelMissing':
    '“{name}” takes its weights from the model file “{path}”, which has no weight “{weight}”, neither under that id nor under the name of its layer. Choose another file or fewer nodes, or start from the seed.',
  'failure.weights.modelShape':
    '“{name}” takes its weights from the model file “{path}”, where “{weight}” has the shape {received}; {expected} is expected. Let it have the settings it has in that file, choose another file, or start from the seed.',
  'failure.run.unknown': 'This window has no run "{run}".',
  'failure.run.ended': 'The run "{run}" is over; start a new one.',
  'failure.run.problems': 'The network has problems ({count}), so it cannot run; the first: {first}',
  'failure.run.notFinite':
    'The run stopped at step {step}: the {what} of "{node}" is no longer finite ({kind}). A smaller learning rate, normalisation or clipping often helps.',
  'failure.run.folderTaken': 'The folder "{path}" is not empty, so no run is written there. Name another folder.',
  'failure.run.folderBroken': '"{path}" is no folder of a run: {reason}.',
  'failure.predict.input':
    'The input "{input}" needs {expected} numbers ({count} examples of shape {shape}); received {received}.',
  'failure.predict.inputMissing': 'The input "{input}" is missing; received {received}.',
  'failure.predict.inputUnknown': 'The network has no input "{input}"; it has {expected}.',
  'failure.predict.notFinite': 'The output "{output}" holds numbers that are not finite, so there is nothing to show.',
  'failure.arrays.broken': '"{path}" is not an .npz file that can be read: {reason}.',
  'failure.arrays.inputMissing':
    '"{path}" has no array for the input "{name}": expected one named {expected}, found {received}.',
  'failure.arrays.targetMissing':
    '"{path}" has no array for the target of the output "{name}": expected one named {expected}, found {received}.',
  'failure.arrays.shape':
    'The array "{array}" in "{path}" has the wrong shape: expected {expected}, received {received}.',
  'failure.arrays.dtype':
    'The array "{array}" in "{path}" has the wrong element type: expected {expected}, received {received}.',
  'failure.arrays.batch':
    'The array "{array}" in "{path}" holds {received} examples, but "{other}" holds {expected}; all must hold the same number.',
  'failure.arrays.unknown': 'The array "{array}" in "{path}" belongs to nothing in the network; it takes {expected}.',
  'failure.arrays.twice': 'The arrays "{array}" and "{other}" in "{path}" both stand for "{name}"; keep one.',
  'failure.arrays.value':
    'The array "{array}" in "{path}" holds {received} at position {position}; expected a class from 0 to {maximum}.',
  'failure.weights.noneFits':
    'None of the {count} weights of the network is in "{path}" under the same name and in the same shape.',
  'failure.weights.modelWithout':
    'The model file gives no weights that could be taken over: it holds some of them only in pieces.',
  'failure.weights.missing':
    '"{path}" lacks {count} weights of the network; the first: "{weight}" of shape {expected}.',
  'failure.weights.shape':
    'The weight "{weight}" in "{path}" has the wrong shape: expected {expected}, received {received}.',
  'failure.weights.unknown': '"{path}" holds the weight "{weight}", which the network does not have.',
  'failure.weights.sidecarMissing':
    'The document names the weights "{file}", which are not beside it. Put the file there, or remove the entry "weights".',
  'failure.weights.sidecarChanged':
    'The weights "{file}" are not those the document names: expected SHA-256 {expected}, received {received}. Restore the file, or name it with --weights.',
  'failure.weights.sidecarName':
    'The document names the weights "{file}"; only a file beside the document is allowed, without a folder in its name.',
  'failure.set.form': '"{text}" is no setting: expected NAME=VALUE.',
  'failure.set.unknown': 'There is no setting "{name}"; there are {expected}.',
  'failure.set.value': 'The setting "{name}" has a wrong value: expected {expected}, received {received}.',
  'failure.template.unknown': 'There is no template "{name}"; there are {expected}.',
  // End of those.
  // Failures of the engine itself.
  'failure.engine.opaque':
    'The node "{node}" is the operator {operator} of a foreign file, which cannot be computed here. Replace it by a layer of the catalogue.',
  'failure.engine.noLoss': 'The network has no loss, so there is nothing to differentiate. Add a loss to an output.',
  'failure.engine.nothingToSlice':
    'No trained weight of the network has filters (kernels, embeddings), so there is no direction to slice along. Add a layer with a kernel, or unfreeze one.',
  'failure.engine.noData':
    'The document has no data set, so there are no examples. Choose one under Data, or give the arrays yourself.',
  'failure.engine.example': 'There is no example {number}: this part of the data set has {count}.',
  'failure.engine.noLossToExamine':
    'The network has no loss, so there is nothing to compare its outputs with. Add a loss to an output.',
  'failure.engine.loopUnknown': 'The network has no loop "{loop}".',
  'failure.engine.loopScans':
    'The loop "{loop}" reads one slice of a sequence in each iteration, so its number of iterations is the length of that sequence and cannot be chosen.',
  'failure.engine.field': 'The data set has no field "{field}"; it has {expected}.',
  'failure.engine.inputField': 'The input "{input}" reads no field of the data set. Choose one under Data.',
  'failure.engine.inputType': 'The input "{input}" takes {expected}; it was given {received}.',
  'failure.engine.targetShape':
    'The target of the output "{output}" does not fit: expected {expected} numbers per example, received {received}.',
  'failure.engine.classNumber':
    'The target "{target}" of the output "{output}" holds the class {received}; the output has classes 0 to {maximum}.',
  'failure.engine.arrayMissing': 'An array is missing: expected one named {expected}; received {received}.',
  'failure.engine.batchSizes':
    'All arrays must hold the same number of examples, at least one: expected {expected}, received {received}.',
  'failure.engine.weightMissing': 'The weight "{weight}" of shape {expected} is missing.',
  'failure.engine.weightUnknown': 'The network has no weight "{weight}".',
  'failure.engine.memory':
    'What the optimiser remembers does not fit: "{array}" was expected with shape {expected}, received {received}. The checkpoint belongs to another network or optimiser; start a new run from its weights instead.',
  'failure.engine.classWeights':
    'The loss on “{node}” weighs {received} classes, expected {expected}. Correct or remove the weights of the classes.',
  'failure.engine.weightShape': 'The weight "{weight}" has the wrong shape: expected {expected}, received {received}.',
  'failure.engine.history':
    'The history of the run could not be written to "{path}": {reason}. The run was stopped; free some space or choose another folder.',
} as const;
