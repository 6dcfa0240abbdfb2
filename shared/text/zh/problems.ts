import type { problemText as english } from '../en/problems.ts';

export const problemText: Readonly<Record<keyof typeof english, string>> = {
  'problem.duplicateId': '标识“{id}”重复使用。权重和连线都靠标识查找：每个节点、连线和单元都要有自己的标识。',
  'problem.parentMissing': '“{name}”声明位于“{parent}”之内，但本页上没有它。',
  'problem.parentNotContainer': '“{name}”声明位于“{parent}”之内，但它既不是分组框，也不是循环。',
  'problem.parentCycle': '“{name}”经由“{parent}”位于自身之内。请把它移出来。',
  'problem.nestingTooDeep': '“{name}”所在的分组框和循环嵌套超过 {limit} 层。',
  'problem.perStepNotEnclosing': '“{name}”声明每一步各用一份权重，所指的“{loop}”却不是包围它的循环。',
  'problem.perInstanceOutside': '“{name}”声明每个实例各用一份权重，但它不在单元的定义之内，这一设置不起作用。',

  'problem.unknownType': '“{name}”的类型是“{type}”，当前版本的 Gradloom 没有这种类型。',
  'problem.parameter.integer': '“{name}”：{parameter} 应为 {minimum} 到 {maximum} 的整数，实际为 {received}。',
  'problem.parameter.number': '“{name}”：{parameter} 应为区间 {interval} 内的数，实际为 {received}。',
  'problem.parameter.boolean': '“{name}”：{parameter} 应为 true 或 false，实际为 {received}。',
  'problem.parameter.choice': '“{name}”：{parameter} 应为以下之一：{options}；实际为 {received}。',
  'problem.parameter.shape':
    '“{name}”：{parameter} 应为 {minimum} 到 {maximum} 个整数组成的列表，每个整数在 1 到 1000000 之间；实际为 {received}。',
  'problem.parameter.pair': '“{name}”：{parameter} 应为两个 {minimum} 到 {maximum} 的整数，实际为 {received}。',
  'problem.parameter.triple': '“{name}”：{parameter} 应为三个 {minimum} 到 {maximum} 的整数，实际为 {received}。',
  'problem.parameter.integers':
    '“{name}”：{parameter} 应为 {least} 到 {most} 个整数组成的列表，每个整数在 {minimum} 到 {maximum} 之间；实际为 {received}。',
  'problem.parameter.optionalInteger':
    '“{name}”：{parameter} 应为空，或 {minimum} 到 {maximum} 的整数；实际为 {received}。',
  'problem.parameter.margins':
    '“{name}”：{parameter} 应为 {count} 对 [首，尾] 组成的列表，每个数为 0 到 {maximum} 的整数；实际为 {received}。',
  'problem.parameter.initialiser':
    '“{name}”：{parameter} 应为一种初始化方式（例如 glorotUniform）及其自身的设置，实际为 {received}。',
  'problem.parameter.regulariser':
    '“{name}”：{parameter} 应为 null，或 l1、l2 均不小于 0 的惩罚项，实际为 {received}。',
  'problem.parameter.unknown': '“{name}”（{type}）没有参数 {parameter}，其值为 {received}。可用的参数：{known}。',
  'problem.parameter.structure': '“{name}”：{parameter} 不符合文件格式：{detail}。',

  'problem.wireEndMissing': '连线“{wire}”的一端是“{missing}”，但本页上没有这个节点。',
  'problem.portMissing': '“{name}”没有可接这条连线的端口“{port}”；它的端口有：{known}。',
  'problem.wireDirection': '这条连线从“{from}”连到“{to}”：连线应从输出值的端口开始，到接收值的端口结束。',
  'problem.wireToItself': '这条连线把“{name}”连到了它自己。要把值反馈回来，请把节点放进带状态的循环。',
  'problem.wireBorder':
    '从“{from}”到“{to}”的连线穿过了循环的边界。值只能作为常量、序列输入或状态初值进入循环，并作为输出离开循环。',
  'problem.inputTaken':
    '“{name}”的 {port} 接了两条连线，分别来自“{first}”和“{second}”，而单一输入只能接一条。请用“相加”或“拼接”把它们合并。',
  'problem.unconnected': '“{name}”的 {port} 没有接连线。',
  'problem.cycle':
    '这些节点依赖于自身：{names}。在循环之外，没有什么能由自己的结果算出：请把它们变成循环，或删去从“{from}”到“{to}”的连线。',

  'problem.rank': '“{name}”至少需要 {expected} 个轴，实际收到{shape}。',
  'problem.imageRank':
    '“{name}”需要图像（高×宽×通道），实际从“{from}”收到 {shape}。没有层能把向量变回图像：请从展平之前取值，或把输入设为图像的形状。',
  'problem.dtype': '“{name}”需要 {expected}，实际从“{from}”收到 {received}。',
  'problem.shapesDiffer':
    '“{name}”的所有输入形状必须相同：应与第一个输入同为 {expected}，实际从“{from}”收到 {received}。',
  'problem.windowTooLarge': '“{name}”的窗口为 {window}，而输入只有 {size}。请使用 same 填充，或缩小窗口。',
  'problem.axis': '“{name}”：值只有 {rank} 个轴，没有轴 {axis}。',
  'problem.concatenateShapes':
    '“{name}”的各输入只能在轴 {axis} 上不同：其余各轴应与 {expected} 一致，实际从“{from}”收到 {received}。',
  'problem.valuesLength': '“{name}”：形状为 {shape} 的权重 {weight} 需要 {expected} 个值，初始化给出了 {received} 个。',
  'problem.orthogonalRank': '“{name}”：正交初始化需要矩阵，而权重 {weight} 的形状是 {shape}。',
  'problem.tooFewInputs': '“{name}”至少要合并 {minimum} 个输入，实际为 {received} 个。',
  'problem.strideAndDilation': '“{name}”：步幅 {strides} 与膨胀率 {dilations} 不能同时大于 1。请把其中之一设为 1。',
  'problem.clipRange': '“{name}”：下限 {minimum} 必须小于上限 {maximum}。',
  'problem.axisCount': '“{name}”设定了 {received} 个轴，而输入有 {expected} 个轴：{shape}。',
  'problem.sliceRange':
    '“{name}”沿轴 {axis} 从序号 {begin} 起取 {size} 个元素，而该轴长 {length}。请在此范围内选择起点和终点。',
  'problem.permutation': '“{name}”：顺序 {permutation} 必须从 0 起把每个轴各写一次；轴的个数为 {rank}。',
  'problem.reshapeTarget':
    '“{name}”无法把形状 {shape} 的 {elements} 个元素写成 {target}。乘积必须相同；可以有一个长度写作 −1。',
  'problem.cropTooLarge': '“{name}”会把 {shape} 全部裁去：请裁得比 {margins} 少。',
  'problem.splitParts': '“{name}”无法把长 {length} 的轴 {axis} 等分为 {parts} 份。',
  'problem.splitSizes': '“{name}”把轴 {axis} 切成 {sizes}，而该轴长 {length}。',
  'problem.channelGroups': '“{name}”：{count} 个通道无法等分为 {groups} 组。',
  'problem.volumeRank': '“{name}”需要体数据（深×高×宽×通道），实际从“{from}”收到 {shape}。',
  'problem.tooLarge': '“{name}”会产生含 {received} 个元素的张量，而一个张量最多容纳 {limit} 个。请缩小它。',

  'problem.terminalTwice': '“{name}”有两个名为“{terminal}”的接口。',
  'problem.stateStart':
    '“{name}”的状态“{state}”声明为 {expected}（{expectedType}），初值却是 {received}（{receivedType}）。',
  'problem.stateNext':
    '“{name}”的状态“{state}”必须保持类型不变：应为 {expected}（{expectedType}），但给下一次迭代的是 {received}（{receivedType}）。',
  'problem.stateUnread': '“{name}”内部没有读取状态“{state}”。',
  'problem.learnedStateType': '“{name}”的状态“{state}”以可学习的值开始，这需要 float32，实际为 {received}。',
  'problem.outputState': '“{name}”的输出“{output}”要交出状态“{state}”，但它没有这个状态。请另选一个状态。',
  'problem.residualStateType':
    '“{name}”的状态“{state}”要把循环体的结果加到自身的值上，这需要 float32，实际为 {received}。',
  'problem.scanLength':
    '“{name}”运行 {iterations} 次，而序列输入“{terminal}”有 {received} 个切片。循环应对每个切片各运行一次。',
  'problem.scansDiffer':
    '“{name}”的所有序列输入长度必须相同：“{first}”有 {expected} 个切片，“{second}”有 {received} 个。',
  'problem.scanScalar': '“{name}”的序列输入“{terminal}”收到的是每个样本一个数，没有可供切片的第一个轴。',
  'problem.endInLoop': '“{name}”（{type}）位于循环之内。数据在循环之外进出网络：请用连线把值引过循环的边界。',

  'problem.endInCell': '“{name}”（{type}）位于单元的定义之内。那里应改用单元输入和单元输出。',
  'problem.cellMissing': '“{name}”是单元“{cell}”的实例，但文档中没有这个单元。',
  'problem.cellRecursion': '单元通过“{name}”包含了自身：{cells}。单元不能递归。',
  'problem.cellFails': '“{name}”：单元“{cell}”与接入的连线不匹配，详见其内部的“{inner}”。',
  'problem.cellUnused': '单元“{cell}”没有被使用。',
  'problem.cellsTooMany': '“{name}”：单元的嵌套方式超过 {limit} 种。',
  'problem.cellInputMissing': '单元“{cell}”的定义中没有与输入“{terminal}”对应的节点。',
  'problem.cellOutputMissing': '单元“{cell}”的定义中没有与输出“{terminal}”对应的节点：请添加单元输出并连线。',
  'problem.cellTerminalOutside': '“{name}”应位于单元的定义之内，在这里没有意义。',
  'problem.cellTerminalUnknown': '“{name}”对应“{terminal}”，但单元“{cell}”只有：{known}。',
  'problem.cellTerminalTwice': '“{name}”是“{terminal}”的第二个节点；一个就够了。',
  'problem.cellTerminalInLoop': '“{name}”位于循环之内；单元的输入和输出应在其中的循环之外。',
  'problem.exposedUnknown': '单元“{cell}”公开了“{parameter}”，但其内部“{inner}”没有可设置的参数 {target}。',
  'problem.instanceParameterUnknown': '“{name}”设置了“{parameter}”，但单元“{cell}”没有公开它；公开的有：{known}。',
  'problem.sharedWeightShape':
    '“{name}”与其他实例共享权重，但“{inner}”的 {weight} 在这里是 {received}，在别处是 {expected}。请让它使用独立权重，或使形状一致。',
  'problem.sharedWeightSettings':
    '“{name}”与其他实例共享权重，但“{inner}”的 {weight} 在这里的初始化或正则化不同。请让它使用独立权重，或使设置一致。',

  'problem.noOutput': '还没有输出：请在要预测其值的层之后添加一个输出。',
  'problem.outputNames': '有两个输出都叫“{name}”，损失、指标和预测将无法区分。请重命名其中一个。',
  'problem.inputNames': '有两个输入都叫“{name}”，按名称给出的数组将无法区分。请重命名其中一个。',
  'problem.noData': '没有选择数据集：网络可以查看，但不能训练。',
  'problem.outputWithoutLoss': '输出“{name}”没有损失：没有什么使它趋近目标。',
  'problem.lossOutputUnknown': '损失 {kind} 设在“{output}”上，但它不是本文档的输出。',
  'problem.metricOutputUnknown': '指标 {kind} 设在“{output}”上，但它不是本文档的输出。',
  'problem.comparedType': '输出“{name}”给出 {received}，而 {kind} 需要 float32。',
  'problem.targetUnknown': '“{name}”上 {kind} 的目标“{target}”不是数据集的字段；数据集的字段有：{known}。',
  'problem.targetShape':
    '输出“{name}”与目标不匹配：对于“{target}”（{field}），{kind} 要求输出为 {expected}，实际为 {received}。',
  'problem.classWeights': '“{name}”的损失给出了 {received} 个类别的权重，而输出有 {expected} 个类别。',
  'problem.inputUnbound': '输入“{name}”没有读取数据集的任何字段；请从以下字段中选择：{known}。',
  'problem.fieldUnknown': '输入“{name}”要读取“{field}”，但数据集没有这个字段；现有字段：{known}。',
  'problem.inputShape': '输入“{name}”的形状是 {received}，而它读取的字段“{field}”是 {expected}。',
  'problem.inputType': '输入“{name}”的类型是 {received}，而它读取的字段“{field}”是 {expected}。',
  'problem.bindingUnknown': '数据集绑定到了“{input}”，但它不是本文档的输入。',
  'problem.batchTooLarge': '批次大小为 {batch}，但只有 {examples} 个样本可用于训练：每一步都会用到全部样本。',

  'problem.denseOnImage': '“{name}”收到 {received} 的图像，会沿通道在每个位置上分别计算。若要用到整幅图像，请先展平。',
  'problem.unused': '没有任何输出依赖于“{name}”（这一部分共 {count} 个节点）。',
  'problem.opaque': '“{name}”是 Gradloom 没有的层“{operator}”：网络可以保留，但不能运行。',
  'problem.linkTwice':
    '“{name}”已经做了 {function}，“{output}”上的 {kind} 又会再做一次：损失读取的是 logits。请改由输出变换来做。',
  'problem.residualUnnormalised':
    '连续 {count} 次残差相加，其间没有任何归一化。实测表明，采用 ReLU 和 He 初始化时，这样的网络在训练之初，梯度经过 10 个残差块增大 46 倍，经过 20 个增大 7000 倍。请在分支内部做归一化，或把分支缩小。',
  'problem.linearRow':
    '从“{first}”到“{second}”连续 {count} 个全连接层，之间没有激活函数：它们合起来能计算的，一个全连接层就能计算。',
  'problem.surplusOutputs':
    '输出“{name}”给出 {received} 个分数，而“{target}”只有 {expected} 个类别：多出的类别没有任何样本，只会学着变低。',
  'problem.nothingToTrain': '设置了损失，却没有可训练的权重：没有权重，或全部被冻结。',

  // 作为 Gradloom 文档的文件：shared/graph/serialise.ts。
  'problem.file.atPlace': '第 {line} 行第 {column} 列：{problem}',
  'problem.file.atLine': '第 {line} 行：{problem}',
  'problem.file.empty': '文件是空的。Gradloom 文档是以 "format": "gradloom" 开头的 JSON。',
  'problem.file.tooLarge': '文件有 {received} 百万个字符；最多读取 {maximum} 百万个。',
  'problem.file.more': '另有 {count} 个问题。',
  'problem.file.jsonEnd': '文件在文档中途结束：可能被截断，或有括号或引号没有闭合。',
  'problem.file.jsonValue': '这里应是一个值，实际是 {received}。文本要写在双引号里。',
  'problem.file.jsonComma': '这里应是逗号或右括号，实际是 {received}。',
  'problem.file.jsonColon': '键后面应是冒号，实际是 {received}。',
  'problem.file.jsonKey': '这里应是双引号里的键，实际是 {received}。',
  'problem.file.jsonString': '从这里开始的文本含有换行或其他控制字符。请闭合引号，或写成 \\n。',
  'problem.file.jsonEscape': '应是 \\" \\\\ \\/ \\b \\f \\n \\r \\t，或 \\u 加四位十六进制数字；实际是 {received}。',
  'problem.file.jsonNumber': '应是 JSON 写法的数，如 12、-0.5 或 1e-3，且不超过 1e308；实际是 {received}。',
  'problem.file.jsonTrailing': '文档之后应是文件结尾，实际是 {received}。',
  'problem.file.jsonTrailingComma': '这个逗号后面没有内容，请删去。',
  'problem.file.jsonComment': 'JSON 没有注释。写给人看的话请放在 "note" 里。',
  'problem.file.jsonDuplicateKey': '键 "{key}" 在同一个对象里出现了两次，请删去一个。',
  'problem.file.jsonForbiddenKey': '不允许使用键 "{key}"，请改名。',
  'problem.file.jsonDepth': '括号嵌套超过 {maximum} 层。',
  'problem.file.notGradloom': '这不是 Gradloom 文档：应有 "format": "gradloom"，实际是 {received}。',
  'problem.file.noFormat': '这不是 Gradloom 文档：应有 "format": "gradloom"，其中没有 "format"，而有 {known}。',
  'problem.file.version': '"version" 应是 1 到 {newest} 的整数，实际是 {received}。',
  'problem.file.newer': '这份文档的版本是 {received}，而本程序最高只能读取版本 {newest}。请用更新的 Gradloom 打开。',
  'problem.file.older': '这份文档的版本是 {received}，无法升级到版本 {newest}。',
  'problem.file.migration': '这份文档无法从版本 {received} 升级到 {newest}：{reason}',
  'problem.file.missing': '缺少 {path}。',
  'problem.file.unknownKey': '格式里没有 {path} 这个键。应是其中之一：{known}。',
  'problem.file.text': '{path}：应是双引号里的文本，实际是 {received}。',
  'problem.file.number': '{path}：应是一个数，实际是 {received}。',
  'problem.file.integer': '{path}：应是整数，实际是 {received}。',
  'problem.file.boolean': '{path}：应是 true 或 false，实际是 {received}。',
  'problem.file.list': '{path}：应是方括号里的列表，实际是 {received}。',
  'problem.file.object': '{path}：应是花括号里的对象，实际是 {received}。',
  'problem.file.choice': '{path}：应是 {expected} 之一，实际是 {received}。',
  'problem.file.least': '{path}：应不小于 {minimum}，实际是 {received}。',
  'problem.file.most': '{path}：应不大于 {maximum}，实际是 {received}。',
  'problem.file.above': '{path}：应大于 {minimum}，实际是 {received}。',
  'problem.file.below': '{path}：应小于 {maximum}，实际是 {received}。',
  'problem.file.textEmpty': '{path}：应有文本，实际为空。',
  'problem.file.textLong': '{path}：最多 {maximum} 个字符，实际有 {received} 个。',
  'problem.file.listLong': '{path}：最多 {maximum} 项，实际有 {received} 项。',
  'problem.file.identifier':
    '{path}：id 应由 1 到 64 个字母（a-z、A-Z）、数字、"_" 或 "-" 组成，且不以 "-" 开头；实际是 {received}。',
  'problem.file.digest': '{path}：应是由 64 个 0-9、a-f 组成的 SHA-256，实际是 {received}。',
  'problem.file.value': '{path}：应是 JSON 能表示的值，实际是 {received}。',
  'problem.file.other': '{path}：{reason}',
  'problem.file.duplicateNode': '{path}：节点 id "{id}" 已用于 {first}。节点 id 在整份文档（包括单元定义）里不能重复。',
  'problem.file.duplicateWire': '{path}：连线 id "{id}" 已用于 {first}。连线 id 在整份文档（包括单元定义）里不能重复。',
  'problem.file.duplicateCell': '{path}：单元 id "{id}" 已用于 {first}。',
  'problem.file.duplicateTerminal': '{path}：id "{id}" 已用于 {first}。',
  'problem.file.wireNode': '{path}：连线 "{wire}" 的这一端没有节点。应是同一张图里的节点，实际是 "{received}"。',
  'problem.file.parentMissing': '{path}：应是同一张图里的分组框或循环，实际是 "{received}"。',
  'problem.file.parentType': '{path}：应是分组框或循环，实际是 "{received}"，其类型为 "{type}"。',
  'problem.file.parentCircle': '{path}：节点 "{node}" 经由其父节点包含了自己。',

  // 不适用于文档的操作：shared/graph/gestures。
  'problem.gesture.nothing': '没有选中可以这样处理的内容。数据输入、输出和单元的端口保持原位。',
  'problem.gesture.wired': '“{id}”已有连线。请先去掉这些连线，或插入没有连线的节点。',
  'problem.gesture.missing': '文档里没有“{id}”。',
  'problem.gesture.taken': '名称“{id}”已被使用，请换一个。',
  'problem.gesture.sheets': '选中的内容在不同的页上。请选择同一页的节点。',
  'problem.gesture.scopes': '有些节点在某个循环里，有些不在。请选择同一个循环里的节点，或都不在循环里的节点。',
  'problem.gesture.cycle': '从“{from}”到“{to}”的连线会形成环。请把它变成循环，由一个状态把值带回去。',
  'problem.gesture.noCycle': '从“{from}”到“{to}”的连线不形成环，不需要循环。直接连接即可。',
  'problem.gesture.givesNothing': '“{id}”的“{port}”没有值输出。请从输出端口开始。',
  'problem.gesture.takesNothing': '“{id}”的“{port}”不接收值。请连到输入端口。',
  'problem.gesture.fedInside': '“{id}”在另一个循环里，而且该输入已有连线。请把线连到那个循环的边框上。',
  'problem.gesture.brokenLoop': '循环“{id}”的参数有误。请先修正：见问题列表。',
  'problem.gesture.noContainer': '“{id}”不含其他节点：它不是分组框、循环或单元。',
  'problem.gesture.noInstance': '“{id}”不是单元的实例。',
  'problem.gesture.dissolveIterations':
    '循环“{id}”运行 {iterations} 次；只有运行一次的循环才能拆开。请先把迭代次数设为 1。',
  'problem.gesture.dissolveTerminal':
    '没有循环“{id}”，就没有什么能代替它的端子“{terminal}”：未接线的初值、逐步输入或堆叠输出。请先改线。',
  'problem.gesture.residualEnds':
    'x + F(x) 要求恰好有一个值进入所选部分、一个值出来：这里进入 {into} 个，出来 {out} 个。请选择各有一个的部分。',
  'problem.gesture.recursion': '单元“{cell}”会包含它自己。单元不能使用自身。',
  'problem.gesture.mixedSharing':
    '这些节点中有的每一步或每个实例各用一份权重，有的不是；而单元的一个实例只能取其一。请选择一致的节点。',
  'problem.gesture.exposed': '单元公开了“{id}”的参数“{parameter}”。请先取消公开，再把该节点放进新的单元。',
};
