/* One small page over HTTP, and nothing else: the same program in every Linux image, so that systems are compared and
 * not servers. One process, one epoll loop, connections kept alive, requests pipelined or split as they come.
 *   static-page [ADDRESS [PORT]]    default 0.0.0.0 80; prints a line once it listens
 * GET or HEAD of / or /index.html is answered with the page; any other path with 404, any other method with 405,
 * what is no request with 400; the last two close the connection. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_BYTES 4096
#define ANSWER_BYTES 1024
#define EVENTS 256

struct connection {
  int fd;
  size_t used;
  char request[REQUEST_BYTES + 1];
};

static const char page[] =
    "<!doctype html>\n<html lang=\"en\">\n<title>guestbench</title>\n"
    "<p>This page is the same on every system that is measured.</p>\n</html>\n";

static int fail(const char *what) {
  fprintf(stderr, "static-page: %s: %s\n", what, strerror(errno));
  return 1;
}

/* An answer is smaller than any socket buffer: one that does not fit belongs to a client that does not read. */
static int answer(int fd, const char *status, const char *body, int with_body, int keep) {
  char text[ANSWER_BYTES];
  int length = snprintf(text, sizeof text,
                        "HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %zu\r\nConnection: %s\r\n\r\n%s", status,
                        strlen(body), keep ? "keep-alive" : "close", with_body ? body : "");
  return send(fd, text, length, MSG_NOSIGNAL) == length && keep ? 0 : -1;
}

static int is_page(const char *path, size_t length) {
  return (length == 1 && path[0] == '/') || (length == 11 && memcmp(path, "/index.html", 11) == 0);
}

/* Answers one complete request, whose headers end with a NUL; -1: close the connection. */
static int serve(int fd, char *request) {
  char *path = strchr(request, ' ');
  char *version = path ? strchr(path + 1, ' ') : NULL;
  if (!version || strncmp(version, " HTTP/1.", 8) != 0)
    return answer(fd, "400 Bad Request", "This is no HTTP request.\n", 1, 0);
  int head = strncmp(request, "HEAD ", 5) == 0;
  if (!head && strncmp(request, "GET ", 4) != 0)
    return answer(fd, "405 Method Not Allowed", "Only GET and HEAD are answered.\n", 1, 0);
  int keep = version[8] != '0' && !strcasestr(version, "\nConnection: close");
  if (is_page(path + 1, version - path - 1)) return answer(fd, "200 OK", page, !head, keep);
  return answer(fd, "404 Not Found", "There is no such page.\n", !head, keep);
}

/* Reads what is there and answers every complete request; -1: close the connection. */
static int readable(struct connection *one) {
  ssize_t got = recv(one->fd, one->request + one->used, REQUEST_BYTES - one->used, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  if (got <= 0) return -1;
  one->used += got;
  for (;;) {
    one->request[one->used] = 0;
    char *end = memmem(one->request, one->used, "\r\n\r\n", 4);
    if (!end) break;
    *end = 0;
    if (serve(one->fd, one->request) < 0) return -1;
    size_t done = end + 4 - one->request;
    one->used -= done;
    memmove(one->request, one->request + done, one->used);
  }
  if (one->used == REQUEST_BYTES) return answer(one->fd, "400 Bad Request", "The request is too long.\n", 1, 0);
  return 0;
}

static void welcome(int epoll, int server) {
  int fd = accept4(server, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct connection *one = calloc(1, sizeof *one);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
  if (one) one->fd = fd;
  if (!one || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
    free(one);
    close(fd);
  }
}

int main(int count, char **arguments) {
  struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(count > 2 ? atoi(arguments[2]) : 80)};
  if (inet_pton(AF_INET, count > 1 ? arguments[1] : "0.0.0.0", &place.sin_addr) != 1) {
    fprintf(stderr, "usage: static-page [ADDRESS [PORT]]\n");
    return 2;
  }
  int server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(server, (struct sockaddr *)&place, sizeof place) < 0) return fail("bind");
  if (listen(server, 1024) < 0) return fail("listen");
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, server, &event) < 0) return fail("epoll");
  printf("listening\n");
  fflush(stdout);
  for (;;) {
    struct epoll_event ready[EVENTS];
    int found = epoll_wait(epoll, ready, EVENTS, -1);
    for (int i = 0; i < found; i++) {
      struct connection *one = ready[i].data.ptr;
      if (!one) {
        welcome(epoll, server);
      } else if (readable(one) < 0) {
        close(one->fd);
        free(one);
      }
    }
  }
}
