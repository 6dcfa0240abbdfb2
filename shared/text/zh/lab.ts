import type { labText as english } from '../en/lab.ts';

export const labText: Readonly<Record<keyof typeof english, string>> = {
  'difference.added': '“{second}”多出：{nodes}。',
  'difference.removed': '“{second}”缺少：{nodes}。',
  'difference.count': '{count} × {kind}',
  'difference.listSeparator': '、',
  'difference.parameter': '“{label}”的 {parameter}：{from} → {to}。',
  'difference.parameters': '{count} × {kind} 的 {parameter}：{from} → {to}。',
  'difference.wires': '连线：多 {added} 条，少 {removed} 条。',
  'difference.cellAdded': '“{second}”多出单元“{cell}”。',
  'difference.cellRemoved': '“{second}”缺少单元“{cell}”。',
  'difference.training': '训练设置 {setting}：{from} → {to}。',
  'difference.inCell': '在单元“{cell}”中：{difference}',
  'difference.default': '默认值',
  'difference.none': '没有影响计算的差别。',

  'failure.run.busy': '运行“{run}”正在进行；请先停止它。',
  'failure.run.notKept': '没有保存名为“{run}”的运行；请查看运行列表或回收站。',
  'failure.run.noCheckpoint': '运行“{run}”没有检查点：它在完成第一轮之前就结束了。请重新运行它的文档。',

  'failure.compare.count': '对比需要 {minimum} 到 {maximum} 份文档；收到 {received} 份。',

  'terminal.help.compare': '用相同的批次和种子同步训练 2 到 4 份文档',
  'terminal.help.sweep': '在多个取值和种子上训练；给出中位数和范围',
  'terminal.compare.start': '同步训练：{names}；批大小 {batch}，{epochs} 轮，种子 {seed}。标识相同的权重初值相同。',
  'terminal.compare.adjusted': '“{name}”的 {setting} 改用第一份的：{from} → {to}',
  'terminal.compare.epoch': '第 {epoch} 轮（第 {step} 步）',
  'terminal.compare.ratio': '{output} 的梯度底/顶之比，第 {step} 步：{ratio}',
  'terminal.compare.end': '“{name}”{state}。最初：{first}。最后：{last}。',
  'terminal.sweep.progress': '{done}/{total}：{values} 种子 {seed}',
  'terminal.sweep.caption':
    '{seeds} 个种子的中位数和范围，取最后一轮之后；gradientRatio：底/顶之比，取最初和最后测量的一步。',
  'terminal.sweep.values': '取值',
  'terminal.sweep.measure': '量',
  'terminal.sweep.median': '中位数',
  'terminal.sweep.minimum': '最小',
  'terminal.sweep.maximum': '最大',
  'terminal.sweep.failed': '未完成的运行：{failed}',
};
