// PostgreSQL's client library, opened on demand: no program links it, since with what it brings
// (GSSAPI, LDAP, TLS) it would double the time that `tacho` takes to start.
#pragma once

#ifdef TACHO_WITH_LIBPQ
#include <libpq-fe.h>

namespace tacho {

/// The functions that we call, by the library's own names.
struct Libpq {
  decltype(&PQconnectdbParams) connectdbParams;
  decltype(&PQfinish) finish;
  decltype(&PQstatus) status;
  decltype(&PQerrorMessage) errorMessage;
  decltype(&PQsetNoticeProcessor) setNoticeProcessor;
  decltype(&PQexec) exec;
  decltype(&PQprepare) prepare;
  decltype(&PQsendQueryPrepared) sendQueryPrepared;
  decltype(&PQsetSingleRowMode) setSingleRowMode;
  decltype(&PQgetResult) getResult;
  decltype(&PQresultStatus) resultStatus;
  decltype(&PQresultErrorField) resultErrorField;
  decltype(&PQntuples) ntuples;
  decltype(&PQnfields) nfields;
  decltype(&PQftype) ftype;
  decltype(&PQgetisnull) getisnull;
  decltype(&PQgetvalue) getvalue;
  decltype(&PQgetlength) getlength;
  decltype(&PQcmdTuples) cmdTuples;
  decltype(&PQclear) clear;
};

/// Loaded by the first call, never unloaded. Throws Error if it is not installed.
const Libpq& libpq();

}  // namespace tacho
#endif
