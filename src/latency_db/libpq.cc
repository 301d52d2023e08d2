#include "latency_db/libpq.h"

#ifdef TACHO_WITH_LIBPQ
#include <dlfcn.h>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

// The name that its interface has had since PostgreSQL 8.2.
constexpr const char* kLibrary = "libpq.so.5";

template <typename Function>
void look_up(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (function == nullptr) throw Error(std::string(kLibrary) + ": has no " + name);
}

Libpq load() {
  void* library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw Error("PostgreSQL's client library cannot be loaded (Debian: libpq5): " +
                printable(::dlerror()));
  }
  Libpq pq{};
  look_up(library, "PQconnectdbParams", pq.connectdbParams);
  look_up(library, "PQfinish", pq.finish);
  look_up(library, "PQstatus", pq.status);
  look_up(library, "PQerrorMessage", pq.errorMessage);
  look_up(library, "PQsetNoticeProcessor", pq.setNoticeProcessor);
  look_up(library, "PQexec", pq.exec);
  look_up(library, "PQprepare", pq.prepare);
  look_up(library, "PQsendQueryPrepared", pq.sendQueryPrepared);
  look_up(library, "PQsetSingleRowMode", pq.setSingleRowMode);
  look_up(library, "PQgetResult", pq.getResult);
  look_up(library, "PQresultStatus", pq.resultStatus);
  look_up(library, "PQresultErrorField", pq.resultErrorField);
  look_up(library, "PQntuples", pq.ntuples);
  look_up(library, "PQnfields", pq.nfields);
  look_up(library, "PQftype", pq.ftype);
  look_up(library, "PQgetisnull", pq.getisnull);
  look_up(library, "PQgetvalue", pq.getvalue);
  look_up(library, "PQgetlength", pq.getlength);
  look_up(library, "PQcmdTuples", pq.cmdTuples);
  look_up(library, "PQclear", pq.clear);
  return pq;
}

}  // namespace

const Libpq& libpq() {
  static const Libpq loaded = load();
  return loaded;
}

}  // namespace tacho
#endif
