import type { templateText as english } from '../en/templates.ts';

export const templateText: Readonly<Record<keyof typeof english, string>> = {
  'template.plain-or-residual.name': '普通还是残差？',
  'template.plain-or-residual.help':
    '同一个输入，两摞相同的全连接层：一摞是普通堆叠，一摞带残差连接并在分支内做归一化。两者用相同的批次同时学习双螺旋。先看第一步之前的连线，再开始训练，观察两条准确率曲线。“对照”会再加一摞带同样归一化的普通堆叠。',
  'template.plain-mlp.name': '普通网络',
  'template.plain-mlp.help': '在双螺旋上首尾相接的全连接层。改变深度、激活函数和归一化，看看梯度会怎样。',
  'template.residual-mlp.name': '残差网络',
  'template.residual-mlp.help':
    '在双螺旋上由 h + F(h) 组成的残差块，每块两个全连接层，层前做归一化。没有归一化时，很深的求和堆叠会爆炸：关掉它就能看到。',
  'template.digits-cnn.name': '手绘数字',
  'template.digits-cnn.help':
    '一个小型卷积网络：若干级卷积与池化，再接一个全连接层。它学习辨认 Gradloom 自己绘制的数字，带有噪声、平移和倾斜。',
  'template.rla.name': '沿深度循环',
  'template.rla.help':
    '按笔记对 RLA 的叙述：同一个单元用同一组权重，对图像 x 和记忆 h 作用 N 次。权重数量与 N 无关，计算量和内存随 N 增长。已发表的 Recurrent Layer Aggregation 与此不同：它的主干卷积并不共享。',
  'template.sigmoid-chain.name': 'Sigmoid 链',
  'template.sigmoid-chain.help':
    '一个数依次通过若干 sigmoid 层，每层激活前的值都恰为 0：训练之前，起点的梯度是终点的 0.25ⁿ；若每层都加跳跃连接，则是 1.25ⁿ。',
  'template.linear-rnn.name': '线性循环',
  'template.linear-rnn.help':
    'h ← ρQh，Q 为正交矩阵，循环 T 次：训练之前，起点的梯度范数是终点的 ρᵀ 倍。在这里谱半径与最大奇异值是同一个数，对其他矩阵则不是。',

  'template.setting.depth': '层数',
  'template.setting.width': '每层单元数',
  'template.setting.activation': '激活函数',
  'template.setting.control': '加入对照',
  'template.setting.normalisation': '归一化',
  'template.setting.stages': '级数',
  'template.setting.filters': '第一级的卷积核数',
  'template.setting.units': '全连接层单元数',
  'template.setting.dropout': 'Dropout',
  'template.setting.iterations': '迭代次数',
  'template.setting.channels': 'x 的通道数',
  'template.setting.memory': 'h 的通道数',
  'template.setting.residual': '残差连接',
  'template.setting.steps': '步数 T',
  'template.setting.radius': '半径 ρ',
  'template.branch.plain': '普通',
  'template.branch.residual': '残差',
  'template.branch.control': '普通（归一化）',
  'template.frame.plain': '普通 · {layers}',
  'template.frame.residual': '残差，块内归一化 · {layers}',
  'template.frame.control': '普通，带归一化 · {layers}',
  'template.plain-or-residual.note':
    '两条由相同全连接层堆成的支路，同时、用同样的批次学习区分两条螺旋线。训练之前，先比较梯度有多少能传回各自最前面的层；再一起训练，观察两者的准确率。\n残差支路在各层之前先做归一化，因为不归一化的和会随深度增长。设置“对照支路”会再加一条带同样归一化的普通支路：第一步之前，它的梯度能完整传回，但 20 层宽 32 的 sigmoid 网络在五个随机种子下都没有学会（学习率恒为 1e-3 时五个中有一个学会）。这是退化，不是梯度消失。一个种子不算证据：请多试几个。',
  'template.layers.one': '{depth} 层 {activation}',
  'template.layers.many': '{depth} 层 {activation}',
};
