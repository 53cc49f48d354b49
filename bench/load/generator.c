// Backend and HTTP/1.1 client in one thread, so that the core of the load does as little as it can and the proxy's core is the busy one.
//
// generator PORT_A PORT_B REQUEST_FILE BODY_BYTES CERTIFICATE KEY: answers every request on both ports of the loopback with 200 and so many bytes,
// and takes orders on standard input: `run PORT CONNECTIONS MILLISECONDS RATE TLS` opens so many connections and keeps one request under way on
// each of them (RATE 0), or begins so many requests a second, each on the connection that was free last; a request that finds none free waits, and
// its latency counts from when it was due. TLS 1 speaks TLS, 2 also shows the certificate. Prints one line of JSON: requests answered, failures, 50th
// and 99th percentile in microseconds. Ends with its standard input.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FDS = 32768, KEPT = 8192, MAX_BODY = 65536, EVENTS = 256, STEP_MICROS = 5, STEPS = 1 << 20, BACKLOG = 4096, ORDER = 256, NOTHING_YET = -1 };

enum role { FREE, ORDERS, LISTENER, SERVER, CLIENT };

// OpenSSL 3 without its headers, which are a package of their own.
typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_st SSL;
const void *TLS_client_method(void);
SSL_CTX *SSL_CTX_new(const void *method);
long SSL_CTX_ctrl(SSL_CTX *context, int command, long number, void *pointer);
int SSL_CTX_use_certificate_file(SSL_CTX *context, const char *file, int type);
int SSL_CTX_use_PrivateKey_file(SSL_CTX *context, const char *file, int type);
SSL *SSL_new(SSL_CTX *context);
int SSL_set_fd(SSL *tls, int fd);
int SSL_connect(SSL *tls);
int SSL_read(SSL *tls, void *bytes, int count);
int SSL_write(SSL *tls, const void *bytes, int count);
int SSL_get_error(const SSL *tls, int result);
int SSL_has_pending(const SSL *tls);
void SSL_free(SSL *tls);
enum { WANT_READ = 2, PEM = 1, SET_READ_AHEAD = 41 };

// One socket. `kept` holds the beginning of a message that did not come whole; it is allocated when that first happens.
struct peer {
    enum role role;
    int connecting;
    int handshaking;
    SSL *tls;
    int have;
    char *kept;
    uint64_t sent_at;
};

struct results {
    uint64_t requests;
    uint64_t failed;
    uint32_t steps[STEPS];
};

static SSL_CTX *anonymous;
static SSL_CTX *known;
static SSL_CTX *secure;
static struct peer peers[MAX_FDS];
static struct results results;
static char scratch[KEPT + MAX_BODY];
static char request[KEPT];
static int request_bytes;
static char answer[KEPT + MAX_BODY];
static int answer_bytes;
static int loop;
static int ordered;
static int rate;
static uint64_t begun;
static uint64_t asked;
static int idle[MAX_FDS];
static int idle_count;

static void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, ": %s\n", strerror(errno));
    exit(1);
}

static uint64_t micros(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static struct sockaddr_in local(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    return address;
}

static void watch(int fd, enum role role, uint32_t events)
{
    if (fd < 0 || fd >= MAX_FDS)
        die("descriptor %d: more than %d sockets", fd, MAX_FDS);
    peers[fd].role = role;
    peers[fd].have = 0;
    peers[fd].tls = NULL;
    peers[fd].handshaking = 0;
    peers[fd].connecting = (events & EPOLLOUT) != 0;
    struct epoll_event event = { .events = events, .data.fd = fd };
    if (epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event) < 0)
        die("epoll_ctl");
}

static void drop(int fd)
{
    peers[fd].role = FREE;
    if (peers[fd].tls)
        SSL_free(peers[fd].tls);
    close(fd);
}

static void without_delay(int fd)
{
    int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

static void listen_on(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int yes = 1;
    struct sockaddr_in address = local(port);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, BACKLOG) < 0)
        die("port %d", port);
    watch(fd, LISTENER, EPOLLIN);
}

static void accept_all(int listener)
{
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        without_delay(fd);
        watch(fd, SERVER, EPOLLIN);
    }
}

// What is sent is far smaller than a socket's buffer, and one message is under way at a time.
static int send_all(int fd, const char *bytes, int count)
{
    return peers[fd].tls ? SSL_write(peers[fd].tls, bytes, count) == count : send(fd, bytes, (size_t)count, MSG_NOSIGNAL) == count;
}

// Reads what is there behind what was kept: all of it at *text. NOTHING_YET when there is nothing new, 0 at the end of the stream and on errors.
static int read_more(int fd, char **text)
{
    struct peer *peer = &peers[fd];
    char *target = scratch + peer->have;
    size_t room = sizeof scratch - (size_t)peer->have;
    memcpy(scratch, peer->kept ? peer->kept : "", (size_t)peer->have);
    *text = scratch;
    int got = peer->tls ? SSL_read(peer->tls, target, (int)room) : (int)recv(fd, target, room, 0);
    if (got > 0)
        return got + peer->have;
    int later = peer->tls ? SSL_get_error(peer->tls, got) == WANT_READ : got < 0 && errno == EAGAIN;
    return later ? NOTHING_YET : 0;
}

static int keep(int fd, const char *text, int count)
{
    struct peer *peer = &peers[fd];
    if (count > KEPT)
        return 0;
    if (count > 0 && !peer->kept && !(peer->kept = malloc(KEPT)))
        die("memory");
    if (count > 0)
        memmove(peer->kept, text, (size_t)count);
    peer->have = count;
    return 1;
}

// Requests have no body: each empty line ends one.
static void serve(int fd)
{
    char *text;
    int count = read_more(fd, &text);
    if (count == NOTHING_YET)
        return;
    if (count == 0) {
        drop(fd);
        return;
    }

    char *end;
    while ((end = memmem(text, (size_t)count, "\r\n\r\n", 4))) {
        end += 4;
        count -= (int)(end - text);
        text = end;
        if (!send_all(fd, answer, answer_bytes)) {
            drop(fd);
            return;
        }
    }

    if (!keep(fd, text, count))
        drop(fd);
}

static void ask(int fd, uint64_t due)
{
    peers[fd].sent_at = due;
    if (!send_all(fd, request, request_bytes)) {
        results.failed++;
        drop(fd);
    }
}

// A connection has nothing under way any more: the next request at once, or when one is due.
static void next(int fd)
{
    if (rate == 0)
        ask(fd, micros());
    else
        idle[idle_count++] = fd;
}

static void ask_what_is_due(void)
{
    while (rate > 0 && idle_count > 0) {
        uint64_t due = begun + asked * 1000000 / (uint64_t)rate;
        if (due > micros())
            return;
        asked++;
        ask(idle[--idle_count], due);
    }
}

// The whole length of the answer that begins here, 0 when its head is not complete, -1 when it is not one that is expected.
static int answer_length(const char *text, int count)
{
    const char *end = memmem(text, (size_t)count, "\r\n\r\n", 4);
    if (!end)
        return count < KEPT ? 0 : -1;
    if (strncmp(text, "HTTP/1.1 200 ", 13) != 0)
        return -1;
    for (const char *line = memchr(text, '\n', (size_t)count); line && line < end; line = memchr(line + 1, '\n', (size_t)(end - line)))
        if (strncasecmp(line + 1, "content-length:", 15) == 0)
            return (int)(end + 4 - text) + atoi(line + 16);
    return -1;
}

static void receive(int fd)
{
    char *text;
    int count = read_more(fd, &text);
    if (count == NOTHING_YET)
        return;
    int length = count == 0 ? -1 : answer_length(text, count);
    if (length < 0 || (length > 0 && count > length)) {
        results.failed++;
        drop(fd);
        return;
    }

    if (length == 0 || count < length) {
        if (!keep(fd, text, count)) {
            results.failed++;
            drop(fd);
        }
        return;
    }

    uint64_t step = (micros() - peers[fd].sent_at) / STEP_MICROS;
    results.steps[step < STEPS ? step : STEPS - 1]++;
    results.requests++;
    peers[fd].have = 0;
    next(fd);
}

static void shake(int fd)
{
    int result = SSL_connect(peers[fd].tls);
    if (result == 1) {
        peers[fd].handshaking = 0;
        next(fd);
    } else if (SSL_get_error(peers[fd].tls, result) != WANT_READ) {
        results.failed++;
        drop(fd);
    }
}

// OpenSSL reads ahead, so what it holds wakes nobody.
static void receive_all(int fd)
{
    do
        receive(fd);
    while (peers[fd].role == CLIENT && peers[fd].tls && SSL_has_pending(peers[fd].tls));
}

static void connected(int fd)
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
    if (error || epoll_ctl(loop, EPOLL_CTL_MOD, fd, &event) < 0) {
        results.failed++;
        drop(fd);
        return;
    }

    peers[fd].connecting = 0;
    if (!secure) {
        next(fd);
        return;
    }

    peers[fd].tls = SSL_new(secure);
    peers[fd].handshaking = 1;
    SSL_set_fd(peers[fd].tls, fd);
    shake(fd);
}

static void connect_to(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = local(port);
    without_delay(fd);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS)
        die("connect to port %d", port);
    watch(fd, CLIENT, EPOLLIN | EPOLLOUT);
}

static void turn(int wait_ms)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(loop, events, EVENTS, wait_ms);
    for (int i = 0; i < count; i++) {
        int fd = events[i].data.fd;
        switch (peers[fd].role) {
        case LISTENER: accept_all(fd); break;
        case SERVER: serve(fd); break;
        case CLIENT:
            if (peers[fd].connecting)
                connected(fd);
            else if (peers[fd].handshaking)
                shake(fd);
            else
                receive_all(fd);
            break;
        case ORDERS: ordered = 1; break;
        case FREE: break;
        }
    }
}

static uint64_t percentile(double share)
{
    uint64_t wanted = (uint64_t)((double)results.requests * share), seen = 0;
    for (int i = 0; i < STEPS; i++)
        if ((seen += results.steps[i]) > wanted)
            return (uint64_t)i * STEP_MICROS;
    return (uint64_t)STEPS * STEP_MICROS;
}

static void run(int port, int connections, int milliseconds)
{
    memset(&results, 0, sizeof results);
    asked = 0;
    idle_count = 0;
    begun = micros();
    uint64_t end = begun + (uint64_t)milliseconds * 1000;
    for (int i = 0; i < connections; i++)
        connect_to(port);
    while (micros() < end) {
        ask_what_is_due();
        turn(rate > 0 ? 0 : 1);
    }

    for (int fd = 0; fd < MAX_FDS; fd++)
        if (peers[fd].role == CLIENT)
            drop(fd);
    printf("{\"requests\":%lu,\"failed\":%lu,\"p50\":%lu,\"p99\":%lu}\n", results.requests, results.failed, percentile(0.5), percentile(0.99));
    fflush(stdout);
}

static SSL_CTX *context(const char *certificate, const char *key)
{
    SSL_CTX *made = SSL_CTX_new(TLS_client_method());
    SSL_CTX_ctrl(made, SET_READ_AHEAD, 1, NULL);
    if (certificate && (SSL_CTX_use_certificate_file(made, certificate, PEM) != 1 || SSL_CTX_use_PrivateKey_file(made, key, PEM) != 1))
        die("%s or %s", certificate, key);
    return made;
}

static void prepare(const char *file, int body)
{
    FILE *source = fopen(file, "r");
    if (!source)
        die("%s", file);
    request_bytes = (int)fread(request, 1, sizeof request, source);
    fclose(source);
    if (body < 0 || body > MAX_BODY)
        die("a body of %d bytes", body);
    answer_bytes = snprintf(answer, KEPT, "HTTP/1.1 200 OK\r\nserver: bench\r\ndate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
        "content-type: text/plain\r\ncontent-length: %d\r\n\r\n", body);
    memset(answer + answer_bytes, 'x', (size_t)body);
    answer_bytes += body;
}

int main(int count, char **words)
{
    if (count != 7) {
        fprintf(stderr, "usage: generator PORT_A PORT_B REQUEST_FILE BODY_BYTES CERTIFICATE KEY\n");
        return 2;
    }

    loop = epoll_create1(0);
    prepare(words[3], atoi(words[4]));
    anonymous = context(NULL, NULL);
    known = context(words[5], words[6]);
    listen_on(atoi(words[1]));
    listen_on(atoi(words[2]));
    watch(STDIN_FILENO, ORDERS, EPOLLIN);
    for (;;) {
        turn(-1);
        if (!ordered)
            continue;

        char order[ORDER];
        int port, connections, milliseconds, tls;
        ordered = 0;
        ssize_t got = read(STDIN_FILENO, order, sizeof order - 1);
        if (got <= 0)
            return 0;
        order[got] = 0;
        if (sscanf(order, "run %d %d %d %d %d", &port, &connections, &milliseconds, &rate, &tls) != 5) {
            fprintf(stderr, "generator: not an order: %s", order);
            return 2;
        }

        secure = tls == 0 ? NULL : tls == 1 ? anonymous : known;
        run(port, connections, milliseconds);
    }
}
