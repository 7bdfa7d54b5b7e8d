/* finding_words_own.h - the words that `verdict: findings` may name, in one
 * place. */
#ifndef SCENARIO_FINDING_WORDS_OWN_H
#define SCENARIO_FINDING_WORDS_OWN_H

/* "lost", "unseen", ..., "late-failed"; NULL-terminated. Record findings come
 * first, then event findings. Spelt as the oracle and the evidence do. */
extern const char *const finding_words[];

#endif
