// TensorFlow's C API takes the configuration of a session (ConfigProto); tfjs-node's binding has no door for it. Set-up
// compiles the binding with TF_LoadSessionFromSavedModel renamed to the function below: where a file session_config.pb
// lies beside saved_model.pb, the session is made with it. A binding that was compiled elsewhere does not look for it.
#undef TF_LoadSessionFromSavedModel

#include <fstream>
#include <iterator>
#include <string>

#include "tensorflow/c/c_api.h"

extern "C" TF_Session* GradloomLoadSession(const TF_SessionOptions* options, const TF_Buffer* run_options,
                                           const char* folder, const char* const* tags, int tag_count,
                                           TF_Graph* graph, TF_Buffer* meta_graph, TF_Status* status) {
  std::ifstream file(std::string(folder) + "/session_config.pb", std::ios::binary);
  if (file) {
    const std::string config{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    TF_SetConfig(const_cast<TF_SessionOptions*>(options), config.data(), config.size(), status);
    if (TF_GetCode(status) != TF_OK) return nullptr;
  }
  return TF_LoadSessionFromSavedModel(options, run_options, folder, tags, tag_count, graph, meta_graph, status);
}
