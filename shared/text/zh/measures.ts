import type { measureText as english } from '../en/measures.ts';

export const measureText: Readonly<Record<keyof typeof english, string>> = {
  'measure.scalar': '标量',

  'measure.part.reduction': '归约',
  'measure.part.batch': '批次',
  'measure.part.step': '步',
  'measure.part.precision': '精度',
  'measure.part.unit': '单位',
  'measure.definition': '定义',
  'measure.definitionOf': '“{name}”的定义',

  'measure.batch.training': '这一步的训练批次。',
  'measure.batch.whole': '曲线中，实线：每轮结束后的全部训练样本；虚线：全部验证样本；浅色细线：每一步的批次。',
  'measure.batch.slice': '该运行第一轮最先用到的训练样本，每个点都相同；数量写在图旁。',
  'measure.batch.none': '与数据无关。',
  'measure.step.before': '旁边注明的步：此前已做过这么多次更新。梯度在本次更新之前测得。',
  'measure.step.update': '旁边注明的步：这一步所做的更新。',
  'measure.step.epoch': '每轮最后一次更新之后；浅色细线为每一步更新之前。',
  'measure.step.slice': '图上方写明的步：经过这么多次更新之后的权重。',
  'measure.step.none': '尚未运行时即可得知。',
  'measure.step.speed': '最近若干步的平均。',
  'measure.precision.norm':
    'float32，按 max·√mean((x/max)²) 计算，避免很小的数在平方时先行丢失。小于 1.2e−38 时 float32 的有效位数减少；完全变成零的标为下溢。',
  'measure.precision.float': 'float32。',
  'measure.precision.exact': '精确值。',
  'measure.precision.clock': '本机时钟。',

  'measure.unit.loss': '损失 ÷ 连线上数值的单位。',
  'measure.unit.ratio': '比值，无单位。',
  'measure.unit.weightGradient': '损失 ÷ 权重的单位。',
  'measure.unit.value': '数值本身的单位。',
  'measure.unit.lossItself': '损失自身的单位（交叉熵：奈特）。',

  'measure.wireRms': '梯度 RMS',
  'measure.wireRms.meaning':
    '沿这条连线传回的梯度有多强：损失对该数值的导数（从这个使用者一侧看）的均方根。一个数值供多个使用者使用时，每条连线只带各自那一份。',
  'measure.wireRms.reduction': '对批次和全部元素。损失是批次上的平均，因此每个样本的导数都带有因子 1/批次大小。',

  'measure.wireRelative': '相对损失处',
  'measure.wireRelative.meaning':
    '连线上的梯度 RMS 除以梯度在损失处刚进入网络时的 RMS。等于 1 表示与起点一样强。它可以跨网络、跨时间比较，绝对大小则不行。',
  'measure.wireRelative.reduction': '除数是同一步、同一批次中所有输出 logits 的全部元素合在一起的 RMS。',

  'measure.wireMax': '最大绝对值',
  'measure.wireMax.meaning': '这条连线上梯度的所有元素中绝对值最大的一个。',
  'measure.wireMax.reduction': '对批次和全部元素取最大。',

  'measure.wireL2': '每样本 L2 范数',
  'measure.wireL2.meaning':
    '一个样本的梯度在这条连线上的长度。张量大小改变处 RMS 会突变（8×8 的全局平均池化使 RMS 变为 1/64，使这个长度变为 1/8），因此梯度消失只在大小相同的张量之间判断。',
  'measure.wireL2.reduction': '对元素取欧几里得范数，对批次取均方根，即 RMS 的 √n 倍。',

  'measure.headRms': '损失处的梯度',
  'measure.headRms.meaning': '梯度起点处的 RMS：损失对各输出 logits 的导数。“相对”就是除以它。',
  'measure.headRms.reduction':
    '对批次以及所有带损失的输出的全部元素一起归约，各自带上其损失的权重。只通向一个输出的连线同样以所有输出为参照：如果另一个输出的梯度更大，它的读数就会相应偏小。',

  'measure.share': '分叉处的份额',
  'measure.share.meaning':
    '这个数值供多个使用者使用，各自传回自己的梯度，在分叉处相加。各份的长度并不能相加：它们的方向可能不同，甚至互相抵消：余弦说明这一点（1 同向，0 垂直，−1 反向），各份之和的长度也一样。多于两份时，每一份与其余各份之和相比。加法节点则相反：它把梯度原样复制给每个输入。',
  'measure.share.reduction':
    '从同一端口引出的每条连线各自的梯度 RMS 及其和的 RMS；余弦把各份视为长向量，对批次和全部元素计算。',

  'measure.factors': '链式法则的各因子',
  'measure.factors.meaning':
    '这条连线与损失之间的每个运算对梯度长度的作用。上界：最多能放大多少，即激活函数的最大斜率，或线性映射的最大奇异值；卷积取的是整个算子的，而不是卷积核的。典型：随机梯度的均方根增益。实测：本批次自身梯度的增益。分叉处：各份之和与本路径这一份之比。',
  'measure.factors.reduction':
    '对批次和全部元素的欧几里得长度，最多取 64 个训练样本；典型增益取四个随机梯度。各实测因子之积等于这条连线的梯度与输出处梯度之比。',

  'measure.iterations': '按迭代',
  'measure.iterations.meaning':
    '这条连线位于循环内，每次迭代使用一次，各有自己的梯度。第 1 次迭代在前向中最先，也就是梯度最后才到达的一次。',
  'measure.iterations.reduction': '每次迭代的梯度 RMS。',

  'measure.valueMean': '数值的均值',
  'measure.valueMean.meaning': '这条连线前向传递的数值的均值。',
  'measure.valueMean.reduction': '对批次和全部元素。',

  'measure.valueDeviation': '数值的标准差',
  'measure.valueDeviation.meaning': '这条连线前向传递的数值的标准差。',
  'measure.valueDeviation.reduction': '对批次和全部元素，除以元素个数。',

  'measure.valueZeros': '零的比例',
  'measure.valueZeros.meaning': '恰好等于 0 的元素所占比例。在 ReLU 之后，它就是对某个样本不让梯度通过的单元所占比例。',
  'measure.valueZeros.reduction': '对批次和全部元素。',

  'measure.weightGradient': '权重的梯度',
  'measure.weightGradient.meaning':
    '损失对该权重的导数的长度，包含 L1 或 L2 惩罚项，裁剪之前。被多次使用的权重得到各次使用之和。',
  'measure.weightGradient.reduction': '对权重的全部元素取欧几里得范数。批次上的平均已包含在损失中。',

  'measure.weightNorm': '权重的大小',
  'measure.weightNorm.meaning': '把权重看作一个长向量时的长度。',
  'measure.weightNorm.reduction': '对全部元素取欧几里得范数。',

  'measure.updateRatio': '更新比',
  'measure.updateRatio.meaning': '一步使权重移动的距离与权重大小之比。常见值约为千分之一；远小于此则几乎没有在学习。',
  'measure.updateRatio.reduction': '更新的长度除以权重的长度。',

  'measure.gradientNorm': '梯度范数',
  'measure.gradientNorm.meaning': '把所有权重的梯度拼成一个长向量时的长度，裁剪之前。',
  'measure.gradientNorm.reduction': '对所有可训练权重的全部元素取欧几里得范数。',

  'measure.appliedNorm': '实际使用的范数',
  'measure.appliedNorm.meaning': '裁剪之后的同一长度，即交给优化器的梯度。裁剪从不改变连线和权重上显示的梯度。',
  'measure.appliedNorm.reduction': '对所有可训练权重的全部元素取欧几里得范数。',

  'measure.loss': '损失',
  'measure.loss.meaning': '训练要减小的量：各输出损失的加权和，再加上权重的惩罚项。',
  'measure.loss.reduction': '每个输出的损失按自己的方式归约，再按权重相加。',

  'measure.headLoss': '单个输出的损失',
  'measure.headLoss.meaning': '单独一个输出的损失，不乘权重，不含惩罚项。',
  'measure.headLoss.reduction':
    '交叉熵：对类别求和，对批次和位置取平均。均方误差：对批次和元素取平均。线性：对元素求和，除以批次大小。',

  'measure.sliceLoss': '切片上的损失',
  'measure.sliceLoss.meaning':
    '权重加上 a 倍的一个随机方向和 b 倍的另一个随机方向处的损失（Li 等，2018）。方向的每个滤波器（全连接层的一个单元、卷积的一个输出通道、一个门的一个单元、嵌入的一行）都缩放到网络自身滤波器的范数；偏置、缩放与平移、可学习的状态和位置以及被冻结的部分保持不动。权重有多少个就有多少个方向，切片只显示其中两个：没有显示的部分可能是另一种样子。',
  'measure.sliceLoss.reduction':
    '与训练的损失相同，含惩罚项；单个输出：不乘权重，不含惩罚项。非训练状态：无 dropout，使用与权重相配的滑动统计量。',

  'measure.accuracy': '准确率',
  'measure.accuracy.meaning':
    '最大的 logit 恰好对应正确类别的样本所占比例。使用 sigmoid 损失时：落在 0 的正确一侧的输出所占比例。',
  'measure.accuracy.reduction': '对样本（及位置）取平均。',

  'measure.meanAbsoluteError': '平均绝对误差',
  'measure.meanAbsoluteError.meaning': '输出与目标平均相差多少。',
  'measure.meanAbsoluteError.reduction': '对样本和全部元素取平均。',

  'measure.learningRate': '学习率',
  'measure.learningRate.meaning': '优化器在这一步的学习率，已计入学习率计划。',
  'measure.learningRate.reduction': '无。',

  'measure.weights': '权重数',
  'measure.weights.meaning': '网络要学习的数有多少个。被各次迭代或各个实例共享的权重只计一次。',
  'measure.weights.reduction': '对所有可训练权重求和；批量归一化的滑动平均不计在内。',

  'measure.multiplyAdds': '乘加次数',
  'measure.multiplyAdds.meaning': '一个样本的前向传播需要多少次“乘后加”。所有迭代和实例都计入。',
  'measure.multiplyAdds.reduction': '对全部运算求和；单个样本。',

  'measure.speed': '每秒样本数',
  'measure.speed.meaning': '每秒有多少训练样本完成前向、反向、测量和更新。',
  'measure.speed.reduction': '最近若干步的样本数除以所用时间。',

  'measure.depth': '深度',
  'measure.depth.meaning':
    '从数据到此处，最长的一条路上有多少个带权重的层或激活函数。折线在每个深度上取通向该输出、跨过这一深度的连线中最强的一条；点表示全部连线。来自数据的连线测量得较少，显示其最近一次的值。',
  'measure.depth.reduction': '从数据输入起最长的路。',

  'measure.weightDepth': '权重梯度与深度',
  'measure.weightDepth.meaning':
    '损失对每个权重的导数的长度，画在所属层的深度上。折线连接每个深度上最大的一个。激活的梯度可能逐层缩小，而权重的梯度几乎持平：两者都要看。',
  'measure.weightDepth.reduction': '对每个权重的元素取欧几里得范数；“相对”指除以损失处的梯度 RMS。',

  'measure.mark.none': '已测得',
  'measure.mark.zero': '零',
  'measure.mark.zero.meaning': '梯度的每个元素都恰好为 0，且途中没有发生下溢。',
  'measure.mark.underflow': '下溢',
  'measure.mark.underflow.meaning':
    '梯度小到 float32 无法表示：所有元素为 0，而紧挨其后的梯度不为 0 但小于 2⁻¹⁰⁰，或者它自己也已下溢。这不是真正的零。',
  'measure.mark.infinity': '无穷大',
  'measure.mark.infinity.meaning': '至少有一个元素超出了 float32 的范围（3.4e38）。',
  'measure.mark.notANumber': '非数（NaN）',
  'measure.mark.notANumber.meaning': '至少有一个元素是 NaN，例如由 ∞ − ∞ 或 0·∞ 产生。',
  'measure.mark.noPath': '无通路',
  'measure.mark.noPath.meaning': '这条连线之后的部分没有任何可求导的路通向损失，因此没有梯度。',
};
