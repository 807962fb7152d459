/*
 * Preloaded into the store's process: every sync to disk takes SLOW_SYNC_MS longer and leaves a mark in SLOW_SYNC_LOG,
 * and while the file DISK_FULL_FLAG is there every write to a place in a file fails as on a full disk.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static void slow(void) {
  const char *ms = getenv("SLOW_SYNC_MS");
  long delay = ms ? atol(ms) : 0;
  struct timespec wait = {delay / 1000, (delay % 1000) * 1000000L};
  nanosleep(&wait, NULL);
  const char *log = getenv("SLOW_SYNC_LOG");
  int fd = log ? open(log, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
  if (fd >= 0) {
    if (write(fd, "s", 1) < 0) { /* the mark is only a mark */ }
    close(fd);
  }
}

int fdatasync(int fd) {
  slow();
  return syscall(SYS_fdatasync, fd);
}

int fsync(int fd) {
  slow();
  return syscall(SYS_fsync, fd);
}

static int is_full(void) {
  const char *flag = getenv("DISK_FULL_FLAG");
  if (!flag || access(flag, F_OK) != 0) return 0;
  errno = ENOSPC;
  return 1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  return is_full() ? -1 : syscall(SYS_pwrite64, fd, bytes, size, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
  return is_full() ? -1 : syscall(SYS_pwrite64, fd, bytes, size, at);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
  return is_full() ? -1 : syscall(SYS_pwritev, fd, parts, count, at, 0);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  return is_full() ? -1 : syscall(SYS_pwritev, fd, parts, count, at, 0);
}
