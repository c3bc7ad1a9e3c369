/* Records, in the order they happen, the writes and syncs of a journal and the writes to terminals of one process.
 *
 * Preloaded (LD_PRELOAD) before libc. IO_TRACE names the record. An entry is a line "OP NAME OFFSET LENGTH\n" and then
 * LENGTH bytes: W a write (before it is made), S a sync that begins, D the same sync done, T a truncation, P bytes on
 * their way to a terminal. tests/io_trace.py reads it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int record = -1;

__attribute__((constructor)) static void begin(void)
{
    const char *name = getenv("IO_TRACE");
    if (name != NULL)
        record = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static const char *watched(int fd, char *path)
{
    char link[40];
    ssize_t length;
    const char *name;

    if (record < 0 || fd == record)
        return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0)
        return NULL;
    path[length] = '\0';
    if (strncmp(path, "/dev/pts/", 9) == 0)
        return "terminal";
    name = strrchr(path, '/');
    return name != NULL && strncmp(name + 1, "journal.db", 10) == 0 ? name + 1 : NULL;
}

static void note(char op, const char *name, long long offset, const void *data, size_t length)
{
    char head[PATH_MAX + 64];
    int size = snprintf(head, sizeof head, "%c %s %lld %zu\n", op, name, offset, length);
    struct iovec parts[2] = {{head, (size_t)size}, {(void *)data, length}};

    syscall(SYS_writev, record, parts, length > 0 ? 2 : 1);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void note_write(int fd, const void *data, size_t length, long long offset)
{
    char path[PATH_MAX];
    const char *name = watched(fd, path);

    if (name == NULL)
        return;
    if (strcmp(name, "terminal") == 0)
        note('P', name, 0, data, length);
    else
        note('W', name, offset >= 0 ? offset : (long long)lseek(fd, 0, SEEK_CUR), data, length);
}

ssize_t write(int fd, const void *data, size_t length)
{
    note_write(fd, data, length, -1);
    return REAL(write)(fd, data, length);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset)
{
    note_write(fd, data, length, offset);
    return REAL(pwrite)(fd, data, length, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset)
{
    note_write(fd, data, length, offset);
    return REAL(pwrite64)(fd, data, length, offset);
}

static int synced(int fd, int (*real)(int))
{
    char path[PATH_MAX];
    const char *name = watched(fd, path);
    int result;

    if (name != NULL)
        note('S', name, 0, NULL, 0);
    result = real(fd);
    if (name != NULL && result == 0)
        note('D', name, 0, NULL, 0);
    return result;
}

int fsync(int fd)
{
    return synced(fd, REAL(fsync));
}

int fdatasync(int fd)
{
    return synced(fd, REAL(fdatasync));
}

static void note_cut(int fd, long long size)
{
    char path[PATH_MAX];
    const char *name = watched(fd, path);

    if (name != NULL && strcmp(name, "terminal") != 0)
        note('T', name, size, NULL, 0);
}

int ftruncate(int fd, off_t size)
{
    note_cut(fd, size);
    return REAL(ftruncate)(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    note_cut(fd, size);
    return REAL(ftruncate64)(fd, size);
}
