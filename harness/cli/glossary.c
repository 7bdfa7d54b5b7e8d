/* glossary.c - the terms of reports, scenarios and the manual. */
#include "cli/glossary.h"

#include <string.h>

#include "base/attr.h"

const struct glossary_row glossary[] = {
    {"as expected",
     "The outcome and findings of a run are those that its scenario states; "
     "without a statement, the outcome is pass."},
    {"balance", "The sum of what became of every record of a hop: delivered, "
                "dead-lettered, "
                "lost and so on must add up to what upstream held."},
    {"baseline", "Rate and lag of a hop before the first fault: three windows "
                 "that differ by "
                 "less than 30 % of their median."},
    {"copy",
     "One appearance of a record in a station. A record with more copies "
     "downstream than upstream was duplicated."},
    {"dead letter", "A record that a sink connector gave up and wrote to its "
                    "dead-letter topic, "
                    "with the cause in its headers."},
    {"disturbance",
     "The time from asking for a fault until one offset flush after the fault "
     "was applied, mended and recovered, and the last rebalance was over. A "
     "guarantee may allow copies inside of a disturbance."},
    {"drain", "The phase after the load has stopped: every station is awaited, "
              "until no data record is left on the way or the patience ends."},
    {"downstream", "Of a hop: the station that records are brought to."},
    {"endpoint", "A place outside of Kafka where records begin or end: an HTTP "
                 "service, a file."},
    {"engine", "The process of a run that has the Kafka clients, the timeline "
               "and the verdict."},
    {"evidence",
     "Everything in the folder of a run but work/ and undo/: enough "
     "to check the verdict later. Known secrets are replaced in it."},
    {"fate", "What became of a record that was sent: acknowledged, refused, "
             "aborted with its transaction, or indeterminate."},
    {"fault", "Something done to the system on purpose, proven at its target, "
              "and undone."},
    {"finding",
     "Something wrong with records (lost, duplicate, ...) or with the "
     "system (an event, as silent stall). `ordeal explain NAME` gives "
     "the rule of each."},
    {"further copy", "A copy downstream beyond the first of a record."},
    {"group of workers",
     "Workers that form one Connect cluster, named under platform.connect. A "
     "fault on a worker, connector or task disturbs the hops of its group "
     "alone."},
    {"guarantee", "What a hop promises: at-most-once, at-least-once or "
                  "exactly-once, its order, and how many duplicates a "
                  "disturbance may cause."},
    {"heal", "The phase after the timeline: all faults still in force are "
             "reverted, newest first, and each revert is proven."},
    {"hop", "Two neighbouring stations and what moves records from one to the "
            "other: a connector, or the load itself."},
    {"indeterminate",
     "Fate of a record whose send timed out or was cut off: it "
     "may be in the log or not, and neither is a finding."},
    {"journal", "journal.jsonl: what happened in a run, in order, each line "
                "bound to the one before by its hash."},
    {"keeper",
     "The process that makes the namespaces of a run, starts and ends "
     "its nodes, and ends them all if the program dies."},
    {"lag", "How many records of a hop are upstream and not yet committed, or "
            "not yet downstream."},
    {"landed", "A fault has landed once there is proof at its target: the "
               "process is gone, the sink has answered 429."},
    {"ledger",
     "ledger.bin: what the load has sent and the fate of every record, "
     "written before the send and never taken from the data judged."},
    {"load",
     "The records that the harness writes during a run, at a given rate "
     "and size."},
    {"mended", "A fault is mended once its revert is proven at the target."},
    {"node", "A process of the platform under test, in a network of its own: a "
             "broker, a worker, an endpoint's server."},
    {"not judged", "What could not be observed, with the reason: it counts "
                   "neither for nor against."},
    {"noticed", "When the system first answered a fault: a rebalance, a change "
                "of a task's status, or a lower rate."},
    {"patience", "How long a hop may move nothing while work waits, by the "
                 "configuration in force, before it counts as stalled."},
    {"pending", "Records that upstream still holds and the hop has not "
                "brought on yet, where work may still move."},
    {"platform", "Where brokers and workers run: stand-ins on this machine "
                 "(embedded) or real Kafka on it (local)."},
    {"quiet", "The phase after heal in which the load goes on, so that late "
              "losses show."},
    {"recovered", "A hop has recovered when its rate is at least 90 % of the "
                  "baseline, its lag is back, and no task is FAILED, for 3 s."},
    {"relax", "Taking a check out of those that fail a run, with a reason that "
              "stays in the evidence."},
    {"replay", "The phase in which fresh clients read every station from its "
               "beginning, to be compared."},
    {"rewind",
     "A run of copies that begins with a step back: a consumer went on "
     "from an older offset."},
    {"run", "One execution of a scenario, from its first process to its "
            "evidence."},
    {"sandbox", "The namespaces in which the nodes of a run have names, "
                "addresses and links of their own."},
    {"secret", "A password, token or key known to the run. Evidence shows "
               "<secret:NAME> in its place."},
    {"stall", "Work waits at a hop and nothing moves for as long as its "
              "patience."},
    {"stamp",
     "The token inside of every record sent: run, stream, sequence and "
     "check digits. It identifies a record in any format."},
    {"stand-in",
     "A small program in the place of a broker, a worker or an HTTP "
     "service, for runs in seconds without Java."},
    {"station",
     "A place where records can be read back: a topic or an endpoint. "
     "A flow is a row of stations with hops between them."},
    {"steady",
     "The phase before the timeline, in which the baseline is taken."},
    {"step", "One entry of the timeline: a fault, when it strikes, and for how "
             "long."},
    {"stretch",
     "Records of a finding with neighbouring sequence numbers of one "
     "stream."},
    {"stream", "One ordered sequence of records of one writer, into one "
               "partition or file. Order is judged inside of streams only."},
    {"tally", "What was seen of each record of a station: how often, in which "
              "order, whole or not."},
    {"timeline", "The phase, and the section of a scenario, with the faults."},
    {"upstream", "Of a hop: the station that records come from; of the first "
                 "hop the load itself."},
    {"window", "The time of a disturbance."},
};
const size_t glossary_len = ARRAY_LEN(glossary);

const struct glossary_row *glossary_find(const char *word)
{
    for (size_t i = 0; i < glossary_len; i++)
        if (strcmp(glossary[i].word, word) == 0)
            return &glossary[i];
    return NULL;
}
