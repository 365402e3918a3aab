// Stands between a process and its disk: counts what is done to files under one folder, writes it down, ends the
// process at a chosen moment, or lets the space run out. Loaded with LD_PRELOAD; does nothing until a fault is armed.
//
// A record of the log: kind (1 byte), then path, second path and data, each as a length (8 bytes, native) and its
// bytes, with the offset (8 bytes) before the data.

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdarg>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <mutex>
#include <string>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

namespace {

enum Kind : char { CREATE = 'c', TRUNCATE = 't', WRITE = 'w', SIZE = 's', RENAME = 'r', LINK = 'l', UNLINK = 'u',
                   MKDIR = 'm', RMDIR = 'd', SYNC = 'f', NOTE = 'n' };
enum Moment : int { BEFORE = 0, AFTER = 1, TORN = 2 };

struct Faults {
    std::recursive_mutex order;  // what is logged happened in this order
    std::string root;
    int log = -1;
    char kill_kind = 0;
    long kill_at = -1;
    int kill_moment = BEFORE;
    long room = -1;  // bytes that may still be written; -1: no limit
    long refused = 0;
    long counts[128] = {};
};

Faults& faults() {
    static Faults* one = new Faults;  // never destroyed: threads of the process write until its end
    return *one;
}

bool watched(const std::string& path) {
    const std::string& root = faults().root;
    return !root.empty() && path.compare(0, root.size(), root) == 0 &&
           (path.size() == root.size() || path[root.size()] == '/');
}

std::string path_of(int fd) {
    char link[64], target[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, target, sizeof target);
    return length > 0 ? std::string(target, length) : std::string();
}

std::string absolute(int at, const char* path) {
    if (path[0] == '/') return path;
    char here[PATH_MAX];
    std::string base = at == AT_FDCWD ? (getcwd(here, sizeof here) ? here : "") : path_of(at);
    return base + "/" + path;
}

void put(const void* bytes, size_t count) {
    const char* at = static_cast<const char*>(bytes);
    while (count > 0) {
        long done = syscall(SYS_write, faults().log, at, count);
        if (done <= 0) return;
        at += done;
        count -= done;
    }
}

void record(Kind kind, const std::string& path, const std::string& other = "", int64_t offset = 0,
            const std::string& data = "") {
    if (faults().log < 0) return;
    std::string line(1, static_cast<char>(kind));
    for (const std::string* part : {&path, &other}) {
        uint64_t length = part->size();
        line.append(reinterpret_cast<char*>(&length), sizeof length).append(*part);
    }
    uint64_t length = data.size();
    line.append(reinterpret_cast<char*>(&offset), sizeof offset);
    line.append(reinterpret_cast<char*>(&length), sizeof length).append(data);
    put(line.data(), line.size());
}

void die() {
    syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    for (;;) pause();
}

bool due(Kind kind) {
    Faults& f = faults();
    long seen = f.counts[static_cast<int>(kind)]++;
    return f.kill_kind == kind && f.kill_at == seen;
}

// Does one thing to the disk, and dies before or after it if that was asked for.
template <typename Do> auto performed(Kind kind, Do action) {
    bool last = due(kind);
    if (last && faults().kill_moment == BEFORE) die();
    auto result = action();
    if (last) die();
    return result;
}

bool full() {
    if (faults().room != 0) return false;
    faults().refused++;
    errno = ENOSPC;
    return true;
}

// How many of these bytes the disk still takes: a disk that fills up writes what it can.
size_t taken(size_t bytes) {
    Faults& f = faults();
    if (f.room < 0) return bytes;
    size_t some = std::min(bytes, static_cast<size_t>(f.room));
    f.room -= some;
    return some;
}

template <typename Do> ssize_t written(int fd, int64_t offset, const std::string& data, Do action) {
    std::lock_guard<std::recursive_mutex> hold(faults().order);
    std::string path = faults().root.empty() ? "" : path_of(fd);
    if (!watched(path)) return action(data.size());
    if (offset < 0) {
        struct stat status;
        bool appends = fcntl(fd, F_GETFL) & O_APPEND;
        offset = appends && fstat(fd, &status) == 0 ? status.st_size : lseek(fd, 0, SEEK_CUR);
    }
    if (!data.empty() && full()) return -1;
    size_t size = taken(data.size());
    bool last = due(WRITE);
    if (last && faults().kill_moment == BEFORE) die();
    if (last && faults().kill_moment == TORN) {
        action(data.size() / 2);
        die();
    }
    ssize_t done = action(size);
    if (done > 0) record(WRITE, path, "", offset, data.substr(0, done));
    if (last) die();
    return done;
}

std::string joined(const struct iovec* parts, int count) {
    std::string data;
    for (int i = 0; i < count; i++) data.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
    return data;
}

int opened(int at, const char* name, int flags, mode_t mode) {
    std::lock_guard<std::recursive_mutex> hold(faults().order);
    std::string path = faults().root.empty() ? "" : absolute(at, name);
    bool changes = flags & (O_CREAT | O_TRUNC);
    if (!changes || !watched(path)) return syscall(SYS_openat, at, name, flags, mode);
    bool existed = syscall(SYS_faccessat, AT_FDCWD, path.c_str(), F_OK) == 0;
    if (!existed && full()) return -1;
    auto action = [&] { return syscall(SYS_openat, at, name, flags, mode); };
    int fd = existed && !(flags & O_TRUNC) ? action() : performed(CREATE, action);
    if (fd >= 0 && !existed) record(CREATE, path);
    if (fd >= 0 && existed && (flags & O_TRUNC)) record(TRUNCATE, path);
    return fd;
}

int named(Kind kind, const std::string& path, const std::string& other, int (*action)(const char*, const char*)) {
    std::lock_guard<std::recursive_mutex> hold(faults().order);
    if (!watched(path) && !watched(other)) return action(path.c_str(), other.c_str());
    if (kind != UNLINK && kind != RMDIR && full()) return -1;
    int result = performed(kind, [&] { return action(path.c_str(), other.c_str()); });
    if (result == 0) record(kind, path, other);
    return result;
}

int do_rename(const char* from, const char* to) { return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0); }
int do_link(const char* from, const char* to) { return syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0); }
int do_unlink(const char* path, const char*) { return syscall(SYS_unlinkat, AT_FDCWD, path, 0); }
int do_rmdir(const char* path, const char*) { return syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR); }

int flushed(int fd, long call) {
    std::lock_guard<std::recursive_mutex> hold(faults().order);
    std::string path = faults().root.empty() ? "" : path_of(fd);
    if (!watched(path)) return syscall(call, fd);
    int result = performed(SYNC, [&] { return syscall(call, fd); });
    if (result == 0) record(SYNC, path);
    return result;
}

int resized(int fd, off64_t size) {
    std::lock_guard<std::recursive_mutex> hold(faults().order);
    std::string path = faults().root.empty() ? "" : path_of(fd);
    if (!watched(path)) return syscall(SYS_ftruncate, fd, size);
    int result = performed(SIZE, [&] { return syscall(SYS_ftruncate, fd, size); });
    if (result == 0) record(SIZE, path, "", size);
    return result;
}

// Rust's `tempfile` renames by a system call of its own, not by libc's function. The kernel hands such calls to us.

#if defined(__x86_64__)
#define TRAPS 1
long* result_of(ucontext_t* at) { return reinterpret_cast<long*>(&at->uc_mcontext.gregs[REG_RAX]); }
std::array<long, 4> arguments_of(ucontext_t* at) {
    auto& r = at->uc_mcontext.gregs;
    return {r[REG_RDI], r[REG_RSI], r[REG_RDX], r[REG_R10]};
}
#elif defined(__aarch64__)
#define TRAPS 1
long* result_of(ucontext_t* at) { return reinterpret_cast<long*>(&at->uc_mcontext.regs[0]); }
std::array<long, 4> arguments_of(ucontext_t* at) {
    auto& r = at->uc_mcontext.regs;
    return {(long)r[0], (long)r[1], (long)r[2], (long)r[3]};
}
#endif

#ifdef TRAPS
void trapped(int, siginfo_t*, void* context) {
    ucontext_t* at = static_cast<ucontext_t*>(context);
    auto given = arguments_of(at);
    std::string from = absolute(given[0], reinterpret_cast<const char*>(given[1]));
    std::string to = absolute(given[2], reinterpret_cast<const char*>(given[3]));
    *result_of(at) = named(RENAME, from, to, do_rename) == 0 ? 0 : -errno;
}

// The addresses of libc's code: what it calls has been seen already.
bool libc_code(uint64_t* start, uint64_t* end) {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        if (line.find("libc.so") == std::string::npos || line.find(" r-xp ") == std::string::npos) continue;
        return sscanf(line.c_str(), "%lx-%lx", start, end) == 2 && *start >> 32 == *end >> 32;
    }
    return false;
}

void trap_other_renames() {
    uint64_t start, end;
    if (!libc_code(&start, &end)) return;
    struct sigaction handler = {};
    handler.sa_sigaction = trapped;
    handler.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGSYS, &handler, nullptr);
    auto load = [](size_t at) { return sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(at)); };
    const size_t code = offsetof(struct seccomp_data, instruction_pointer);
    sock_filter rules[] = {
        load(offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 5),
        load(code + 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(start >> 32), 0, 4),
        load(code),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, static_cast<uint32_t>(start), 0, 2),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, static_cast<uint32_t>(end), 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
    };
    sock_fprog program = {sizeof rules / sizeof *rules, rules};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
}
#else
void trap_other_renames() {}
#endif

}  // namespace

extern "C" {

// What the tests call.
void faults_watch(const char* root) {
    faults().root = root;
    trap_other_renames();
}

void faults_record(const char* log) { faults().log = syscall(SYS_openat, AT_FDCWD, log, O_CREAT | O_WRONLY | O_APPEND, 0644); }

void faults_kill(char kind, long at, int moment) {
    faults().kill_kind = kind;
    faults().kill_at = at;
    faults().kill_moment = moment;
}

void faults_room(long bytes) { faults().room = bytes; }

long faults_refused() { return faults().refused; }

long faults_count(char kind) { return faults().counts[static_cast<int>(kind)]; }

void faults_note(const char* text) {
    std::lock_guard<std::recursive_mutex> hold(faults().order);
    record(NOTE, text);
}

// What they stand in for.

int open(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return opened(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return opened(AT_FDCWD, path, flags, mode);
}
int openat(int at, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return opened(at, path, flags, mode);
}
int openat64(int at, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return opened(at, path, flags, mode);
}

ssize_t write(int fd, const void* bytes, size_t count) {
    if (faults().root.empty()) return syscall(SYS_write, fd, bytes, count);
    std::string data(static_cast<const char*>(bytes), count);
    return written(fd, -1, data, [&](size_t n) { return syscall(SYS_write, fd, bytes, n); });
}

ssize_t pwrite(int fd, const void* bytes, size_t count, off_t at) {
    if (faults().root.empty()) return syscall(SYS_pwrite64, fd, bytes, count, at);
    std::string data(static_cast<const char*>(bytes), count);
    return written(fd, at, data, [&](size_t n) { return syscall(SYS_pwrite64, fd, bytes, n, at); });
}

ssize_t pwrite64(int fd, const void* bytes, size_t count, off64_t at) { return pwrite(fd, bytes, count, at); }
ssize_t writev(int fd, const struct iovec* parts, int count) {
    if (faults().root.empty()) return syscall(SYS_writev, fd, parts, count);
    std::string data = joined(parts, count);
    return written(fd, -1, data, [&](size_t n) { return syscall(SYS_write, fd, data.data(), n); });
}

ssize_t copy_file_range(int, off64_t*, int, off64_t*, size_t, unsigned) {
    errno = ENOSYS;  // the caller then reads and writes, which is seen
    return -1;
}

int ftruncate(int fd, off_t size) { return resized(fd, size); }
int ftruncate64(int fd, off64_t size) { return resized(fd, size); }
int fsync(int fd) { return flushed(fd, SYS_fsync); }
int fdatasync(int fd) { return flushed(fd, SYS_fdatasync); }

int rename(const char* from, const char* to) {
    return named(RENAME, absolute(AT_FDCWD, from), absolute(AT_FDCWD, to), do_rename);
}
int renameat(int at, const char* from, int to_at, const char* to) {
    return named(RENAME, absolute(at, from), absolute(to_at, to), do_rename);
}
int renameat2(int at, const char* from, int to_at, const char* to, unsigned flags) {
    if (flags != 0) {
        errno = EINVAL;  // the caller then does without
        return -1;
    }
    return renameat(at, from, to_at, to);
}
int link(const char* from, const char* to) {
    return named(LINK, absolute(AT_FDCWD, from), absolute(AT_FDCWD, to), do_link);
}
int linkat(int at, const char* from, int to_at, const char* to, int) {
    return named(LINK, absolute(at, from), absolute(to_at, to), do_link);
}
int unlink(const char* path) { return named(UNLINK, absolute(AT_FDCWD, path), "", do_unlink); }
int rmdir(const char* path) { return named(RMDIR, absolute(AT_FDCWD, path), "", do_rmdir); }
int unlinkat(int at, const char* path, int flags) {
    std::string whole = absolute(at, path);
    return flags & AT_REMOVEDIR ? named(RMDIR, whole, "", do_rmdir) : named(UNLINK, whole, "", do_unlink);
}

static int made(const std::string& path, mode_t mode) {
    std::lock_guard<std::recursive_mutex> hold(faults().order);
    if (!watched(path)) return syscall(SYS_mkdirat, AT_FDCWD, path.c_str(), mode);
    if (full()) return -1;
    int result = performed(MKDIR, [&] { return syscall(SYS_mkdirat, AT_FDCWD, path.c_str(), mode); });
    if (result == 0) record(MKDIR, path);
    return result;
}
int mkdir(const char* path, mode_t mode) { return made(absolute(AT_FDCWD, path), mode); }
int mkdirat(int at, const char* path, mode_t mode) { return made(absolute(at, path), mode); }

}  // extern "C"
