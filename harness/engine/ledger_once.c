/* ledger_once.c - the ledger, read at most once in a run. */
#include "base/file.h"
#include "base/own.h"
#include "engine/read_once_own.h"

int run_read_ledger(struct run *r, struct err *err)
{
    AUTO_FREE char *path = path_of("%s/ledger.bin", r->given.spec->dir);

    if (r->facts.have_ledger)
        return 0;
    if (ledger_read(path, &r->facts.ledger, err) < 0)
        return err->code;
    r->facts.have_ledger = true;
    return 0;
}
