// Kernels for what a step measures, beside TensorFlow's own: each reads a tensor once and writes a few numbers, where a
// chain of TensorFlow's operations reads it three to six times and writes copies. Set-up compiles them into a module of
// their own, gradloom_kernels.node, which registers them with the TensorFlow that the binding has loaded. Where there is no
// such module, main/engine/execute/statistics.ts takes the chain.
//
// Sums are taken in float32 over blocks that lie in the processor's first cache, and in doubles over the blocks; a block
// whose squares would leave float32 is scaled first. So magnitudes read right from 2^-126 to 3e38.

#include <node_api.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "tensorflow/c/c_api.h"

// From tensorflow/c/kernels.h and tensorflow/c/ops.h, which are not laid out with the binding's headers.
extern "C" {
typedef struct TF_KernelBuilder TF_KernelBuilder;
typedef struct TF_OpKernelConstruction TF_OpKernelConstruction;
typedef struct TF_OpKernelContext TF_OpKernelContext;
typedef struct TF_OpDefinitionBuilder TF_OpDefinitionBuilder;
typedef struct TF_ShapeInferenceContext TF_ShapeInferenceContext;
TF_KernelBuilder* TF_NewKernelBuilder(const char* operation, const char* device,
                                      void* (*create)(TF_OpKernelConstruction*),
                                      void (*compute)(void*, TF_OpKernelContext*), void (*remove)(void*));
void TF_KernelBuilder_TypeConstraint(TF_KernelBuilder*, const char* attribute, const TF_DataType type, TF_Status*);
void TF_RegisterKernelBuilder(const char* name, TF_KernelBuilder*, TF_Status*);
int TF_NumInputs(TF_OpKernelContext*);
void TF_GetInput(TF_OpKernelContext*, int index, TF_Tensor**, TF_Status*);
TF_Tensor* TF_AllocateOutput(TF_OpKernelContext*, int index, TF_DataType, const int64_t* dimensions, int count,
                             size_t bytes, TF_Status*);
void TF_OpKernelContext_Failure(TF_OpKernelContext*, TF_Status*);
TF_OpDefinitionBuilder* TF_NewOpDefinitionBuilder(const char* name);
void TF_OpDefinitionBuilderAddAttr(TF_OpDefinitionBuilder*, const char* specification);
void TF_OpDefinitionBuilderAddInput(TF_OpDefinitionBuilder*, const char* specification);
void TF_OpDefinitionBuilderAddOutput(TF_OpDefinitionBuilder*, const char* specification);
void TF_OpDefinitionBuilderSetShapeInferenceFunction(TF_OpDefinitionBuilder*,
                                                     void (*)(TF_ShapeInferenceContext*, TF_Status*));
void TF_ShapeInferenceContextSetUnknownShape(TF_ShapeInferenceContext*, TF_Status*);
void TF_RegisterOpDefinition(TF_OpDefinitionBuilder*, TF_Status*);
}

// The same source for the processor at hand: with its wide registers where it has them.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

namespace {

// GCC's and Clang's vectors become whatever registers there are.
constexpr int lanes = 8;
typedef float Floats __attribute__((vector_size(4 * lanes)));
typedef int32_t Integers __attribute__((vector_size(4 * lanes)));

// What is not inlined into a function for each processor is compiled for the least of them.
#define ALWAYS_INLINE __attribute__((always_inline))
#define INLINE inline ALWAYS_INLINE

INLINE Floats load(const float* from) {
  Floats values;
  std::memcpy(&values, from, sizeof values);
  return values;
}
INLINE Floats magnitude(Floats x) { return (Floats)((Integers)x & 0x7fffffff); }
template <typename Value>
INLINE Value larger(Value one, Value other) {
  return one > other ? one : other;
}
INLINE float total(Floats x) {
  float sum = 0;
  for (int lane = 0; lane < lanes; lane++) sum += x[lane];
  return sum;
}

// Elements that are summed in float32, 8 KiB of them.
constexpr int64_t block = 2048;
// Squares of magnitudes between these, and sums of a block of them, are float32 numbers.
constexpr float squaresFrom = 1e-15f;
constexpr float squaresTo = 1e15f;

// Largest magnitude, and the mean of (x / largest)^2.
struct Magnitude {
  float largest;
  float share;
};

// Of a block: its largest magnitude, and the sum of the squares of its elements times `scale`.
struct BlockMagnitude {
  float largest;
  float squares;
};

INLINE BlockMagnitude measureBlock(const float* own, int64_t length, float scale) {
  Floats tops[4] = {{}, {}, {}, {}}, sums[4] = {{}, {}, {}, {}};
  int64_t at = 0;
  for (; at + 4 * lanes <= length; at += 4 * lanes) {
    for (int part = 0; part < 4; part++) {
      const Floats value = load(own + at + part * lanes);
      const Floats scaled = value * scale;
      tops[part] = larger(tops[part], magnitude(value));
      sums[part] += scaled * scaled;
    }
  }
  const Floats top = larger(larger(tops[0], tops[1]), larger(tops[2], tops[3]));
  BlockMagnitude found = {0, total((sums[0] + sums[1]) + (sums[2] + sums[3]))};
  for (int lane = 0; lane < lanes; lane++) found.largest = larger(found.largest, top[lane]);
  for (; at < length; at++) {
    found.largest = larger(found.largest, std::fabs(own[at]));
    found.squares += own[at] * scale * (own[at] * scale);
  }
  return found;
}

// `blockAt` gives a block's elements, by where it begins and how many it has.
template <typename BlockAt>
INLINE Magnitude measureBlocks(BlockAt blockAt, int64_t size) {
  constexpr float none = std::numeric_limits<float>::quiet_NaN();
  float largest = 0;
  double squares = 0;
  for (int64_t from = 0; from < size; from += block) {
    const int64_t length = size - from < block ? size - from : block;
    const float* own = blockAt(from, length);
    const BlockMagnitude found = measureBlock(own, length, 1);
    // A comparison may lose what is not a number; a sum does not.
    if (found.squares != found.squares) return {none, none};
    largest = larger(largest, found.largest);
    if (found.largest == 0 || (found.largest >= squaresFrom && found.largest <= squaresTo)) {
      squares += found.squares;
    } else if (found.largest <= std::numeric_limits<float>::max()) {
      int exponent;
      std::frexp(found.largest, &exponent);
      // The factor must be a normal number, too.
      exponent = exponent < -125 ? -125 : exponent > 125 ? 125 : exponent;
      const double scaled = measureBlock(own, length, static_cast<float>(std::ldexp(1.0, -exponent))).squares;
      squares += std::ldexp(scaled, 2 * exponent);
    }
  }
  if (largest == 0) return {0, 0};
  const double most = largest;
  return {largest, static_cast<float>(squares / most / most / static_cast<double>(size))};
}

FOR_EACH_PROCESSOR Magnitude measureMagnitude(const float* x, int64_t size) {
  return measureBlocks([x](int64_t from, int64_t) ALWAYS_INLINE { return x + from; }, size);
}

// Of Adam's step before its size, mean / (sqrt(square) + epsilon), which is never written as a whole.
FOR_EACH_PROCESSOR Magnitude measureAdamStep(const float* mean, const float* square, float epsilon, int64_t size) {
  float step[block];
  return measureBlocks(
      [&](int64_t from, int64_t length) ALWAYS_INLINE {
        for (int64_t at = 0; at < length; at++) step[at] = mean[from + at] / (std::sqrt(square[from + at]) + epsilon);
        return static_cast<const float*>(step);
      },
      size);
}

struct Distribution {
  float mean;
  float deviation;
  float zeros;
};

// Blocks' means and squared deviations, put together as Chan, Golub and LeVeque do.
struct Moments {
  double count = 0;
  double mean = 0;
  double squares = 0;
  int64_t zeros = 0;

  INLINE void add(double length, double itsMean, double itsSquares) {
    const double all = count + length;
    const double apart = itsMean - mean;
    mean += apart * length / all;
    squares += itsSquares + apart * apart * count * length / all;
    count = all;
  }
  Distribution result() const {
    return {static_cast<float>(mean), static_cast<float>(std::sqrt(squares / count)),
            static_cast<float>(static_cast<double>(zeros) / count)};
  }
};

template <typename Element>
INLINE void addBlock(Moments& moments, const Element* own, int64_t length) {
  double sum = 0, squares = 0;
  for (int64_t at = 0; at < length; at++) sum += static_cast<double>(own[at]);
  const double mean = sum / static_cast<double>(length);
  for (int64_t at = 0; at < length; at++) {
    const double apart = static_cast<double>(own[at]) - mean;
    squares += apart * apart;
    moments.zeros += own[at] == 0;
  }
  moments.add(static_cast<double>(length), mean, squares);
}

template <typename Element>
Distribution measureElements(const Element* x, int64_t size) {
  Moments moments;
  for (int64_t from = 0; from < size; from += block) {
    addBlock(moments, x + from, size - from < block ? size - from : block);
  }
  return moments.result();
}

// Whether a block holds one number only, as where units are dead.
INLINE bool isOneNumber(const float* own) {
  Integers others = {};
  for (int64_t at = 0; at < block; at += lanes) others |= (Integers)(load(own + at) != own[0]);
  for (int lane = 0; lane < lanes; lane++) {
    if (others[lane] != 0) return false;
  }
  return true;
}

FOR_EACH_PROCESSOR Distribution measureFloats(const float* x, int64_t size) {
  Moments moments;
  int64_t from = 0;
  for (; from + block <= size; from += block) {
    const float* own = x + from;
    Floats sums[4] = {{}, {}, {}, {}};
    for (int64_t at = 0; at < block; at += 4 * lanes) {
      for (int part = 0; part < 4; part++) sums[part] += load(own + at + part * lanes);
    }
    const float mean = total((sums[0] + sums[1]) + (sums[2] + sums[3])) / block;
    Floats squares[2] = {{}, {}}, drift[2] = {{}, {}};
    Integers zeros[2] = {{}, {}};
    for (int64_t at = 0; at < block; at += 2 * lanes) {
      for (int part = 0; part < 2; part++) {
        const Floats value = load(own + at + part * lanes);
        const Floats apart = value - mean;
        squares[part] += apart * apart;
        drift[part] += apart;
        zeros[part] -= (Integers)(value == 0);
      }
    }
    const float sum = total(squares[0] + squares[1]);
    if (sum >= squaresFrom * squaresFrom && sum <= std::numeric_limits<float>::max()) {
      // What rounding took from the mean of the block.
      const double rest = static_cast<double>(total(drift[0] + drift[1])) / block;
      moments.add(block, mean + rest, sum - rest * rest * block);
      const Integers found = zeros[0] + zeros[1];
      for (int lane = 0; lane < lanes; lane++) moments.zeros += found[lane];
    } else if (isOneNumber(own)) {
      moments.add(block, own[0], 0);
      moments.zeros += own[0] == 0 ? block : 0;
    } else {
      addBlock(moments, own, block);
    }
  }
  if (from < size) addBlock(moments, x + from, size - from);
  return moments.result();
}

// The cosine between two vectors; not a number where one is zero.
FOR_EACH_PROCESSOR float measureCosine(const float* a, const float* b, int64_t size) {
  double products = 0, ones = 0, others = 0;
  for (int64_t from = 0; from < size; from += block) {
    const int64_t length = size - from < block ? size - from : block;
    const float *one = a + from, *other = b + from;
    Floats product[2] = {{}, {}}, first[2] = {{}, {}}, second[2] = {{}, {}};
    int64_t at = 0;
    for (; at + 2 * lanes <= length; at += 2 * lanes) {
      for (int part = 0; part < 2; part++) {
        const Floats x = load(one + at + part * lanes), y = load(other + at + part * lanes);
        product[part] += x * y;
        first[part] += x * x;
        second[part] += y * y;
      }
    }
    const float sumOne = total(first[0] + first[1]), sumOther = total(second[0] + second[1]);
    const float least = squaresFrom * squaresFrom, most = std::numeric_limits<float>::max();
    int64_t rest = at;
    if (sumOne >= least && sumOne <= most && sumOther >= least && sumOther <= most) {
      products += total(product[0] + product[1]);
      ones += sumOne;
      others += sumOther;
    } else {
      rest = 0;
    }
    for (; rest < length; rest++) {
      const double x = one[rest], y = other[rest];
      products += x * y;
      ones += x * x;
      others += y * y;
    }
  }
  return static_cast<float>(products / (std::sqrt(ones) * std::sqrt(others)));
}

// 0 where all are finite, else not a number.
FOR_EACH_PROCESSOR float measureFinite(const float* x, int64_t size) {
  Floats sums[2] = {{}, {}};
  int64_t at = 0;
  for (; at + 2 * lanes <= size; at += 2 * lanes) {
    sums[0] += load(x + at) * 0.0f;
    sums[1] += load(x + at + lanes) * 0.0f;
  }
  float sum = total(sums[0] + sums[1]);
  for (; at < size; at++) sum += x[at] * 0.0f;
  return sum;
}

// The inputs of an operation, let go of when it ends, and its one output.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  ~Call() { TF_DeleteStatus(status_); }

  int inputs() const { return TF_NumInputs(context_); }

  class Input {
   public:
    explicit Input(TF_Tensor* tensor) : tensor_(tensor) {}
    Input(const Input&) = delete;
    ~Input() {
      if (tensor_ != nullptr) TF_DeleteTensor(tensor_);
    }
    bool isThere() const { return tensor_ != nullptr; }
    TF_DataType type() const { return TF_TensorType(tensor_); }
    int64_t size() const { return TF_TensorElementCount(tensor_); }
    template <typename Element>
    const Element* data() const {
      return static_cast<const Element*>(TF_TensorData(tensor_));
    }

   private:
    TF_Tensor* tensor_;
  };

  TF_Tensor* input(int index) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, index, &tensor, status_);
    return succeeds() ? tensor : nullptr;
  }

  // Numbers in one column; `write` fills them.
  template <typename Write>
  void column(int64_t rows, Write write) {
    const int64_t shape[] = {rows, 1};
    TF_Tensor* made = TF_AllocateOutput(context_, 0, TF_FLOAT, shape, 2, sizeof(float) * rows, status_);
    if (!succeeds()) return;
    write(static_cast<float*>(TF_TensorData(made)));
    TF_DeleteTensor(made);
  }

 private:
  bool succeeds() {
    if (TF_GetCode(status_) == TF_OK) return true;
    TF_OpKernelContext_Failure(context_, status_);
    return false;
  }

  TF_OpKernelContext* const context_;
  TF_Status* const status_;
};

// Per tensor two rows.
void computeMagnitudes(void*, TF_OpKernelContext* context) {
  Call call(context);
  const int count = call.inputs();
  call.column(2 * count, [&](float* out) {
    for (int index = 0; index < count; index++) {
      const Call::Input x(call.input(index));
      if (!x.isThere()) return;
      const Magnitude found = measureMagnitude(x.data<float>(), x.size());
      out[2 * index] = found.largest;
      out[2 * index + 1] = found.share;
    }
  });
}

// Per pair of neighbours, Adam's moments of one weight (as many elements each), two rows; its epsilon comes last.
void computeAdamSteps(void*, TF_OpKernelContext* context) {
  Call call(context);
  const int count = call.inputs() / 2;
  call.column(2 * count, [&](float* out) {
    const Call::Input epsilon(call.input(2 * count));
    if (!epsilon.isThere()) return;
    for (int index = 0; index < count; index++) {
      const Call::Input mean(call.input(2 * index)), square(call.input(2 * index + 1));
      if (!mean.isThere() || !square.isThere() || mean.size() != square.size()) return;
      const Magnitude found =
          measureAdamStep(mean.data<float>(), square.data<float>(), *epsilon.data<float>(), mean.size());
      out[2 * index] = found.largest;
      out[2 * index + 1] = found.share;
    }
  });
}

// Per tensor three rows.
void computeDistributions(void*, TF_OpKernelContext* context) {
  Call call(context);
  const int count = call.inputs();
  call.column(3 * count, [&](float* out) {
    for (int index = 0; index < count; index++) {
      const Call::Input x(call.input(index));
      if (!x.isThere()) return;
      Distribution found;
      switch (x.type()) {
        case TF_FLOAT:
          found = measureFloats(x.data<float>(), x.size());
          break;
        case TF_INT32:
          found = measureElements(x.data<int32_t>(), x.size());
          break;
        default:
          found = measureElements(x.data<uint8_t>(), x.size());
      }
      out[3 * index] = found.mean;
      out[3 * index + 1] = found.deviation;
      out[3 * index + 2] = found.zeros;
    }
  });
}

// Per pair of neighbours one row.
void computeCosines(void*, TF_OpKernelContext* context) {
  Call call(context);
  const int count = call.inputs() / 2;
  call.column(count, [&](float* out) {
    for (int index = 0; index < count; index++) {
      const Call::Input one(call.input(2 * index)), other(call.input(2 * index + 1));
      if (!one.isThere() || !other.isThere()) return;
      out[index] = measureCosine(one.data<float>(), other.data<float>(), one.size());
    }
  });
}

// One row for all.
void computeFinite(void*, TF_OpKernelContext* context) {
  Call call(context);
  const int count = call.inputs();
  call.column(1, [&](float* out) {
    float sum = 0;
    for (int index = 0; index < count; index++) {
      const Call::Input x(call.input(index));
      if (!x.isThere()) return;
      sum += measureFinite(x.data<float>(), x.size());
    }
    out[0] = sum;
  });
}

void shapeIsTold(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

void* nothing(TF_OpKernelConstruction*) { return nullptr; }
void forgetNothing(void*) {}

struct Operation {
  const char* name;
  const char* inputs;
  const char* attributes[2];
  void (*compute)(void*, TF_OpKernelContext*);
};

constexpr Operation operations[] = {
    {"GradloomMagnitudes", "x: N * float", {"N: int >= 1", nullptr}, computeMagnitudes},
    {"GradloomAdamSteps", "x: N * float", {"N: int >= 3", nullptr}, computeAdamSteps},
    {"GradloomDistributions", "x: N * T", {"N: int >= 1", "T: {float, int32, bool}"}, computeDistributions},
    {"GradloomCosines", "x: N * float", {"N: int >= 2", nullptr}, computeCosines},
    {"GradloomFinite", "x: N * float", {"N: int >= 1", nullptr}, computeFinite},
};

// Empty where all are registered, else what TensorFlow said.
const char* registerOperations() {
  static bool done = false;
  static char failure[256] = "";
  if (done) return failure;
  done = true;
  TF_Status* status = TF_NewStatus();
  for (const Operation& operation : operations) {
    TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(operation.name);
    TF_OpDefinitionBuilderAddInput(definition, operation.inputs);
    TF_OpDefinitionBuilderAddOutput(definition, "y: float");
    for (const char* attribute : operation.attributes) {
      if (attribute != nullptr) TF_OpDefinitionBuilderAddAttr(definition, attribute);
    }
    TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, shapeIsTold);
    TF_RegisterOpDefinition(definition, status);
    if (TF_GetCode(status) == TF_OK) {
      TF_KernelBuilder* kernel =
          TF_NewKernelBuilder(operation.name, "CPU", nothing, operation.compute, forgetNothing);
      TF_RegisterKernelBuilder(operation.name, kernel, status);
    }
    if (TF_GetCode(status) != TF_OK) {
      std::strncpy(failure, TF_Message(status), sizeof failure - 1);
      break;
    }
  }
  TF_DeleteStatus(status);
  return failure;
}

}  // namespace

// The module's `failure` is empty where the kernels can be used.
NAPI_MODULE_INIT() {
  napi_value failure;
  napi_create_string_utf8(env, registerOperations(), NAPI_AUTO_LENGTH, &failure);
  napi_set_named_property(env, exports, "failure", failure);
  return exports;
}
