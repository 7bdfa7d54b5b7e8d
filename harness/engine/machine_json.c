/* machine_json.c - program and machine, for run.json. */
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include "base/digest.h"
#include "engine/machine_json_own.h"

json_t *program_json(const char *commit)
{
    char sha[SHA256_HEX] = "";
    struct err ignored = {0};

    if (sha256_file("/proc/self/exe", sha, &ignored) < 0)
        sha[0] = 0;
    return json_pack("{s:s, s:s, s:s}", "version", ORDEAL_VERSION, "commit",
                     commit ? commit : "", "sha256", sha);
}

json_t *host_json(json_t *waited)
{
    struct utsname u;
    struct sysinfo s;

    if (uname(&u) < 0 || sysinfo(&s) < 0) {
        json_decref(waited);
        return json_object();
    }
    return json_pack("{s:s, s:i, s:I, s:o*}", "kernel", u.release, "cpus",
                     get_nprocs(), "memory_bytes",
                     (json_int_t)s.totalram * s.mem_unit, "waited", waited);
}
