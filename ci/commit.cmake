# commit.cmake - writes the commit of SOURCE as a C string into OUT, if it is
# another than before: "v0.1.0", "v0.1.0-3-g0123456789ab", "0123456789ab", each
# with "-dirty" where files are changed; "" without git or a repository.
execute_process(
    COMMAND git -C ${SOURCE} describe --tags --always --dirty --abbrev=12
    OUTPUT_VARIABLE commit ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE
    RESULT_VARIABLE status)
if(status OR NOT EXISTS ${SOURCE}/.git)
    set(commit "")
endif()
file(CONFIGURE OUTPUT ${OUT} CONTENT "\"${commit}\"\n")
