import type { lessonText as english } from '../en/lessons.ts';

export const lessonText: Readonly<Record<keyof typeof english, string>> = {
  'problem.file.lessonEmpty': '文件是空的。课程是以 "format": "gradloom-lesson" 开头的 JSON。',
  'problem.file.notLesson': '这不是课程：应有 "format": "gradloom-lesson"，实际为 {received}。',
  'problem.file.lessonReference': '{path}：应为某个实验的测量，写作 "实验.测量"；实际为 "{received}"。已有：{known}。',
  'problem.file.lessonExperiment': '{path}：应为以下实验之一：{known}；实际为 "{received}"。',
  'problem.file.lessonSeries':
    '{path}：测量 "{kind}" 本身就是一条曲线，不能用在设置会变化的实验里。请去掉 "vary"，或换一种测量。',
  'problem.file.lessonVary': '{path}：只有模板的设置才能变化；这个实验用的是完整文档。',

  'failure.lesson.broken': '{path} 不是可读的课程：{reason}',
  'failure.lesson.step': '课程里没有名为 "{received}" 的运行步骤；有：{expected}。',
  'failure.lesson.experiment': '实验 "{experiment}"：{reason}',
  'failure.lesson.node': '实验 "{experiment}"：应有可测量的节点 "{node}"，网络里没有。',
  'failure.lesson.noWire': '实验 "{experiment}"：应有从 "{from}" 到 "{to}" 的连线，网络里没有。',
  'failure.lesson.noFork': '实验 "{experiment}"：“{node}” 的输出应同时进入一个相加和一个分支，实际并非如此。',
  'failure.lesson.noQuestions':
    '实验 "{experiment}"：测量所问物体上的注意力需要 Sort-of-CLEVR 的字段 "image" 和 "question"；实际为 {received}。',
  'failure.lesson.stopped': '这一步已停止，没有保留任何结果。',
  'failure.lesson.unknown': '没有课程 "{received}"；有：{expected}。自己的课程文件以 .lesson.json 结尾。',

  'lesson.kind.read': '阅读',
  'lesson.kind.predict': '预测',
  'lesson.kind.run': '运行',
  'lesson.kind.measure': '测量',
  'lesson.kind.verdict': '结论',
  'lesson.kind.explore': '探索',

  'lesson.measure.gradientRatio':
    '一个训练批次上，底部与顶部 dL/d(值) 的均方根之比，只在同样大小的张量之间比较，float32。',
  'lesson.measure.gradientProfile':
    '一个训练批次上按深度测量。激活：dL/d(值) 的均方根，除以损失处进入的梯度的均方根。权重：dL/dW 的 L2 范数。',
  'lesson.measure.gradientAt': 'dL/d(节点的输出) 的均方根（分叉处为各份之和），除以损失处进入的梯度的均方根。',
  'lesson.measure.stateGradient': '一个训练批次上，第一次循环所得的 dL/d(状态) 的均方根，除以最后一次循环的。',
  'lesson.measure.updateRatio': '一次更新的 L2 范数除以核的 L2 范数。',
  'lesson.measure.weightNorm': '所列节点的全部权重合成一个向量的 L2 范数。',
  'lesson.measure.metric': '最后一轮之后，在这部分数据的全体上。',
  'lesson.measure.metricCurve': '每一轮之后，在这部分数据的全体上。',
  'lesson.measure.count': '网络本身的数目。乘加：一个样本的前向计算。激活：为求梯度而保留的一个样本的数值个数。',
  'lesson.measure.secondsPerStep': '训练秒数除以步数，含评估。各台机器不同。',
  'lesson.measure.notFinite': '若有数值不再有限（无穷或 NaN）则为 1，否则为 0。',
  'lesson.measure.fork': '一个值同时进入相加和分支时：分支那份梯度的均方根除以相加那份的，或两者的余弦。',
  'lesson.measure.gain':
    '沿一条连线到损失的路径。上界：最大伸缩之积。典型：随机向量的增益。实测：本批次梯度的增益。谱半径与最大奇异值：循环所重复的方阵的。',
  'lesson.measure.stepCosine':
    '第一步的 −ΔW 与同一批次原始梯度 dL/dW 的余弦；全部权重合成一个向量，或各张量中最小的一个。',
  'lesson.measure.clippedShare': '第一步施加的梯度与原始梯度的范数之比，全部权重合成一个向量。',
  'lesson.measure.residualForms':
    '一个训练批次的 dL/dx 合成一个向量。直接项：dL/dx_L。分支项：经过各个 F 的份额之和。误差：相对于 dL/dx_l。',
  'lesson.measure.rescaled': '权重乘以倍数之后与之前之比，在一个训练批次上。',
  'lesson.measure.accuracyByIteration': '训练好的网络在第 i 次循环后离开；权重不变，至多 512 个样本。',
  'lesson.measure.stateChange': 'x_i − x_{i−1} 的 L2 范数，对前八个训练样本取平均。',
  'lesson.measure.attention':
    '最后一次注视。质量：注意力图落在所问物体所触及区域上的份额。均匀：均匀的图在那里的份额。改变：把物体涂掉后答案改变的比例。',

  'terminal.help.lesson': '运行一个课程的全部步骤：测量与结论',
  'terminal.lesson.listed': '自带的课程；自己的课程文件以 .lesson.json 结尾：',
  'terminal.lesson.progress': '{done} / {runs}：{experiment}，种子 {seed}',
  'terminal.lesson.measure': '测量',
  'terminal.lesson.value': '中位数（范围）',
  'terminal.lesson.step': '步',
  'terminal.lesson.seconds': '{backend} 用时 {seconds} 秒，种子 {seeds}',
  'terminal.lesson.holds.yes': '成立',
  'terminal.lesson.holds.partly': '部分成立',
  'terminal.lesson.holds.no': '不成立',
  'terminal.lesson.holds.open': '未能判定',
};
