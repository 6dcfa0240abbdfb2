import type { exportText as english } from '../en/exports.ts';

/** 模型文件：各格式能装下什么，以及终端和窗口的相关说明。 */
export const exportText: Readonly<Record<keyof typeof english, string>> = {
  'export.finding.opaque': '外来文件中的算子“{operator}”只有它自己的工具才能计算。',
  'export.finding.operation': '该格式没有与“{kind}”对应的东西。',
  'export.finding.unrolled': '循环的 {iterations} 次迭代在文件中依次展开；共享的权重只存一份。',
  'export.finding.duplicated': '该格式在这里无法共享此权重：它被存了 {count} 份。',
  'export.finding.noInput': '此图没有数据输入，文件无从得知样本数。',
  'export.finding.callOrder': '共享层之间的依赖方式使 TensorFlow.js 无法加载。请改用其他格式。',
  'export.finding.tooLarge': '需要 {bytes} 字节，超出该格式的容量。',
  'failure.export.refused':
    '{format} 格式装不下此图（{count} 个原因）；第一个：{first} 请改用其他格式，或在该处换一个层。',
  'failure.export.folderInUse': '“{path}”是一个含有其他文件的文件夹。请换一个名称：导出只会替换先前的导出。',
  'failure.import.unknown': '这不是 Gradloom 能读取的模型文件：需要 .keras、.h5 或 TensorFlow.js 模型的文件夹。',
  'failure.import.foreign': '文件中没有 Gradloom 文档：此版本只读取 Gradloom 自己写出的模型文件。',
  'failure.import.document': '文件中的 Gradloom 文档已损坏：{reason}。',
  'failure.import.broken': '文件已损坏：{reason}。请重新导出或重新获取。',
  'failure.import.tooLarge': '解压后文件将超过 {limit} 字节；未读取任何内容。',
  'failure.import.weight': '权重“{weight}”需要 {expected} 个数；文件中有 {received} 个。',
  'terminal.help.import': '把模型文件读回为文档',
  'terminal.import.noWeights': '文件中有些权重是分块存放的，因此文档不带权重；它们从文档的种子开始。',
  'terminal.help.export': '把网络导出为模型文件',
  'terminal.export.format': '--to 需要 {expected} 之一；收到“{received}”。',
  'terminal.export.file': '文件',
  'terminal.export.bytes': '字节',
};
