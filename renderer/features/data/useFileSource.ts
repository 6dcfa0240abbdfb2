import { useEffect, useState } from 'react';
import { withSource } from '#shared/graph/dataBinding';
import type { FileSource } from '#shared/graph/fileSources';
import { filesOf, isFileSource } from '#shared/graph/fileSources';
import type { CallResult, Failure } from '#shared/protocol/calls';
import { CallFailure, getClient } from '../../platform/client.ts';
import { startFolder } from '../../state/chooseFile.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { ask } from '../../state/fileQuestions.ts';

/** What choosing and reading files of data is about at the moment. */
export interface Reading {
  /** A file is read as a whole, which may take a while. */
  readonly busy: boolean;
  /** Why the last file could not be taken; the document stays as it was. */
  readonly failure: Failure | null;
  /** Lets a person choose a file or a folder, and takes it as the source. */
  choose(chooses: 'file' | 'folder'): Promise<void>;
  /** Reads the files of a source anew, as it says, and takes what is found. */
  read(source: FileSource): Promise<void>;
}

/** Puts a source into the document, with inputs, losses and metrics bound to its fields. */
export function takeSource(source: FileSource): void {
  const { document, edit } = useDocumentStore.getState();
  const inputs = document.graph.nodes.filter(({ type }) => type === 'input');
  edit([{ kind: 'setTraining', set: withSource(document.training, source, inputs) }], { key: 'training.edit.data' });
}

/** Choosing and reading files of data. What fails is told and changes nothing. */
export function useReading(): Reading {
  const loaded = useDocumentStore((store) => store.loaded);
  const [state, setState] = useState<{ readonly busy: boolean; readonly failure: Failure | null; readonly of: number }>(
    {
      busy: false,
      failure: null,
      of: loaded,
    },
  );
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setState({ busy: true, failure: null, of: loaded });
    try {
      await work();
      setState({ busy: false, failure: null, of: loaded });
    } catch (problem) {
      if (!(problem instanceof CallFailure)) throw problem;
      setState({ busy: false, failure: problem.failure, of: loaded });
    }
  };
  const describe = async (path: string | null, source: FileSource | null): Promise<void> => {
    const { path: document } = useDocumentStore.getState();
    const described = await getClient().call('data.describe', { path, source, document });
    // Another document may have been opened meanwhile.
    if (useDocumentStore.getState().loaded === loaded && isFileSource(described.source)) takeSource(described.source);
  };
  return {
    busy: state.busy,
    // What went wrong with another document is no matter of this one.
    failure: state.of === loaded ? state.failure : null,
    read: (source) => attempt(() => describe(null, source)),
    choose: (chooses) =>
      attempt(async () => {
        const native = await getClient().call('dialog.data', { folder: chooses === 'folder' });
        const path = native.available ? native.path : await ask('data', { folder: startFolder(), chooses });
        if (path !== null) await describe(path, null);
      }),
  };
}

/** How the files of a source are found: still as it describes them, changed, or not to be read. */
export interface Look {
  readonly found: CallResult<'data.look'> | null;
  readonly failure: Failure | null;
}

/** Looks at the files of a source whenever it names others, or reads them in another way. */
export function useLook(source: FileSource): Look {
  const [look, setLook] = useState<Look & { readonly of: string }>({ found: null, failure: null, of: '' });
  const document = useDocumentStore((store) => store.path);
  const way = source.kind === 'table' ? [source.delimiter, source.header] : [];
  // A document that is opened again may find other files than before.
  const loaded = useDocumentStore((store) => store.loaded);
  const key = JSON.stringify([loaded, document, filesOf(source), way]);
  useEffect(() => {
    let wanted = true;
    getClient()
      .call('data.look', { source, document })
      .then(
        (found) => wanted && setLook({ found, failure: null, of: key }),
        (problem: unknown) => {
          if (!(problem instanceof CallFailure)) throw problem;
          if (wanted) setLook({ found: null, failure: problem.failure, of: key });
        },
      );
    return () => {
      wanted = false;
    };
    // The key says all of the source that matters here.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  return look.of === key ? look : { found: null, failure: null };
}
