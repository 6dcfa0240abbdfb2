import { join } from 'node:path';
import { CrashReports } from './crashReports.ts';
import { DataFiles } from './dataFiles.ts';
import { Documents } from './documents.ts';
import { EngineClient } from './engineClient.ts';
import type { EngineLauncher } from './engineClient.ts';
import { Files } from './files.ts';
import { nodeFileSystem } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import { KeptWork } from './keptWork.ts';
import { KeptResults } from './lessons/keptResults.ts';
import { EngineProvision } from './provision/engineProvision.ts';
import type { Fetch } from './provision/download.ts';
import type { Release } from './provision/release.ts';
import { ModelSources } from './modelSources.ts';
import { workHere } from './modelWork.ts';
import type { ModelWork } from './modelWork.ts';
import type { Reach } from './reach.ts';
import { Recent } from './recent.ts';
import { Runs } from './runs.ts';
import { Updates } from './updates.ts';
import type { UpdatesSettings } from './updates.ts';
import { Versions } from './versions.ts';

/** What a shell brings along. */
export interface ShellSettings {
  readonly shell: 'electron' | 'browser';
  readonly launcher: EngineLauncher;
  readonly reach: Reach;
  /** Folder that file dialogs start in. */
  readonly folder: string;
  /** Where runs, unsaved work, earlier versions, results of lessons and the list of recent files are kept. */
  readonly data: string;
  /** What packaging wrote beside the app, and the person's folder that its engine is kept in; nothing in a checkout. */
  readonly provision?: { readonly release: Release | null; readonly folder: string; readonly fetch?: Fetch };
  /** Where newer versions of the app come from, or why nowhere. */
  readonly updates: Pick<UpdatesSettings, 'source' | 'log'>;
  readonly fileSystem?: FileSystem;
  /** Where model files are made; in the thread of the services where nothing is said. */
  readonly modelWork?: ModelWork;
}

/** Everything that all windows of one shell share. */
export interface Services {
  readonly shell: 'electron' | 'browser';
  readonly folder: string;
  readonly reach: Reach;
  readonly fileSystem: FileSystem;
  readonly crashes: CrashReports;
  readonly engine: EngineClient;
  readonly dataFiles: DataFiles;
  readonly documents: Documents;
  readonly files: Files;
  readonly keptWork: KeptWork;
  readonly lessonResults: KeptResults;
  readonly models: ModelSources;
  readonly modelWork: ModelWork;
  readonly provision: EngineProvision;
  readonly recent: Recent;
  readonly runs: Runs;
  readonly updates: Updates;
  readonly versions: Versions;
}

/** Puts the services together. The engine starts with the first call that needs it, or with `engine.start()`. */
export function createServices(settings: ShellSettings): Services {
  const fileSystem = settings.fileSystem ?? nodeFileSystem;
  const provision = new EngineProvision({ release: null, folder: '', ...settings.provision, fileSystem });
  const engine = new EngineClient(provision.launcher(settings.launcher));
  const modelWork = settings.modelWork ?? workHere;
  const models = new ModelSources(fileSystem, settings.reach, modelWork);
  const versions = new Versions(fileSystem, join(settings.data, 'versions'));
  const crashes = new CrashReports(join(settings.data, 'crashes'));
  engine.onState((_report, died) => {
    if (died !== null) crashes.write('engine', died);
  });
  const runs = new Runs(engine, fileSystem, models, join(settings.data, 'runs'));
  provision.onState(({ waiting }) => {
    // What an engine holds of runs goes with it; where there is something, the person says when.
    if (waiting && engine.isIdle && runs.isEmpty) engine.restart();
  });
  return {
    crashes,
    shell: settings.shell,
    folder: settings.folder,
    reach: settings.reach,
    fileSystem,
    engine,
    dataFiles: new DataFiles(fileSystem, settings.reach),
    documents: new Documents(fileSystem, settings.reach, versions),
    files: new Files(fileSystem, settings.reach),
    keptWork: new KeptWork(fileSystem, join(settings.data, 'unsaved')),
    lessonResults: new KeptResults(fileSystem, join(settings.data, 'lessons')),
    models,
    modelWork,
    provision,
    recent: new Recent(fileSystem, join(settings.data, 'recent.json')),
    runs,
    updates: new Updates({ ...settings.updates, record: join(settings.data, 'updates.json'), fileSystem }),
    versions,
  };
}
