/* Trees of files as a machine's /proc and /sys have them, made in a folder for the time of a test.
 */
#ifndef WHIRL_TESTS_TREES_H
#define WHIRL_TESTS_TREES_H

/* A file of a tree, and what stands in it; a list ends with a NULL path. */
typedef struct tree_file {
  const char *path, *text;
} tree_file;

/* In place of a text: what is there can't be read, be the reader root or not. */
extern const char tree_folder[]; /* a folder, which can be opened and then gives no text */
extern const char tree_loop[];   /* a symbolic link to itself, which can't even be opened */

enum { TREE_ROOT = 32 };

/* Makes the tree and gives the folder that is its root. */
void tree_make(const tree_file *files, char root[TREE_ROOT]);
void tree_remove(const char *root);

/* Lines of /proc/self/mountinfo: where cgroups of version 2, or controllers of version 1, are. */
extern const char tree_mounts_v2[];
extern const char tree_mounts_v1[];

#endif
