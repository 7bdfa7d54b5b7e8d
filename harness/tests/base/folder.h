/* folder.h - a fresh folder for a test, removed after the test. */
#ifndef TESTS_BASE_FOLDER_H
#define TESTS_BASE_FOLDER_H

extern char folder[64]; /* the path, from folder_make() on */

/* Make a new folder below /tmp; remove the folder with its content. */
void folder_make(void);
void folder_remove(void);

/* Write a file `name` with the content `text` into the folder. */
void folder_file(const char *name, const char *text);

/* Make a folder `name` in the folder. */
void folder_folder(const char *name);

#endif
