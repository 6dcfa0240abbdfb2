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
  'terminal.help.export': '把网络导出为模型文件',
  'terminal.export.format': '--to 需要 {expected} 之一；收到“{received}”。',
  'terminal.export.file': '文件',
  'terminal.export.bytes': '字节',
};
