/* planted_race.c - a data race planted in a log callback of librdkafka, for the
 * thread sanitizer to find.
 *
 * Threads of librdkafka and the main thread count log lines without a lock.
 * Built only with the thread sanitizer, which must report the race in
 * count_line(). If no report comes, a suppression in ci/tsan.supp hides too
 * much, or the sanitizer does not see librdkafka's threads. */
#include <librdkafka/rdkafka.h>
#include <stdlib.h>

static int lines;

static void count_line(const rd_kafka_t *kafka, int level, const char *facility,
                       const char *text)
{
    (void)kafka, (void)level, (void)facility, (void)text;
    lines++;
}

int main(void)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_t *kafka;

    rd_kafka_conf_set_log_cb(conf, count_line);
    if (rd_kafka_conf_set(conf, "debug", "all", why, sizeof(why)) !=
            RD_KAFKA_CONF_OK ||
        rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", why,
                          sizeof(why)) != RD_KAFKA_CONF_OK)
        return EXIT_FAILURE;
    kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why));
    if (!kafka)
        return EXIT_FAILURE;
    (void)rd_kafka_poll(kafka, 300);
    rd_kafka_destroy(kafka);
    return lines > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
