// Loaded into wrk (LD_PRELOAD): every SSL_CTX gets the certificate that BENCH_CERTIFICATE and BENCH_KEY name.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>

enum { PEM = 1 };

void *SSL_CTX_new(const void *method)
{
    void *(*make)(const void *) = dlsym(RTLD_NEXT, "SSL_CTX_new");
    int (*certificate)(void *, const char *, int) = dlsym(RTLD_NEXT, "SSL_CTX_use_certificate_file");
    int (*key)(void *, const char *, int) = dlsym(RTLD_NEXT, "SSL_CTX_use_PrivateKey_file");
    void *context = make(method);
    if (context && (certificate(context, getenv("BENCH_CERTIFICATE"), PEM) != 1 || key(context, getenv("BENCH_KEY"), PEM) != 1))
        abort();
    return context;
}
