// The floor of the HTTP/1.1 rows: hands bytes on between each client and a connection of its own to the backend, in one thread on epoll, and
// looks at none of them. What it costs is what the kernel takes for two receives and two sends; no proxy that uses sockets can cost less.
//
// relay PORT BACKEND_PORT
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_FDS = 32768, EVENTS = 256, BACKLOG = 4096, BYTES = 65536 };

static int other[MAX_FDS];
static int loop;

static struct sockaddr_in local(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    return address;
}

static void check(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

static void watch(int fd)
{
    int yes = 1;
    struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.fd = fd };
    check(fd < MAX_FDS ? fd : -1, "too many sockets");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    check(epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

static void accept_all(int listener, int backend)
{
    int client;
    while ((client = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct sockaddr_in address = local(backend);
        int upstream = socket(AF_INET, SOCK_STREAM, 0);
        check(connect(upstream, (struct sockaddr *)&address, sizeof address), "connect");
        other[client] = upstream;
        other[upstream] = client;
        watch(client);
        watch(upstream);
    }
}

static void hand_on(int from)
{
    static char bytes[BYTES];
    ssize_t count = recv(from, bytes, sizeof bytes, MSG_DONTWAIT);
    if (count > 0 && send(other[from], bytes, (size_t)count, MSG_NOSIGNAL) == count)
        return;
    if (other[from] > 0) {
        close(other[from]);
        close(from);
        other[other[from]] = 0;
        other[from] = 0;
    }
}

int main(int count, char **words)
{
    if (count != 3) {
        fprintf(stderr, "usage: relay PORT BACKEND_PORT\n");
        return 2;
    }

    int yes = 1;
    struct sockaddr_in address = local(atoi(words[1]));
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    check(bind(listener, (struct sockaddr *)&address, sizeof address), "bind");
    check(listen(listener, BACKLOG), "listen");
    loop = epoll_create1(0);
    struct epoll_event event = { .events = EPOLLIN, .data.fd = listener };
    check(epoll_ctl(loop, EPOLL_CTL_ADD, listener, &event), "epoll_ctl");
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(loop, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd == listener)
                accept_all(listener, atoi(words[2]));
            else if (other[events[i].data.fd] > 0)
                hand_on(events[i].data.fd);
        }
    }
}
