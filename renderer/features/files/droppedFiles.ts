import { isModelFile } from './elsewhere.ts';
import { openDropped, tellImport } from './fileActions.ts';

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true;
}

/**
 * A document that is dropped on the window is shown. Without this the browser would leave the page for the file. Undone by
 * the returned function.
 */
export function listenToDroppedFiles(target: Window): () => void {
  const over = (event: DragEvent): void => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
  };
  const drop = (event: DragEvent): void => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file !== undefined && isModelFile(file.name)) tellImport(file.name);
    else if (file !== undefined) void file.text().then((text) => openDropped(file.name, text));
  };
  target.addEventListener('dragover', over);
  target.addEventListener('drop', drop);
  return () => {
    target.removeEventListener('dragover', over);
    target.removeEventListener('drop', drop);
  };
}
