/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/serial.h"
#include "drivers/language.h"

/* Not <termios.h>: only the kernel's own struct termios2 takes any baud rate.
 * (libmodbus 3.1.6 knows a list, and takes 9600 in silence for what is not on it.) */
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* What a UART's divisor may be off; beyond, characters are misread. */
enum { BAUD_ERROR_PERCENT = 3 };

enum { PTY_MAJOR_MIN = 136, PTY_MAJOR_MAX = 143 }; /* Linux, Documentation/admin-guide/devices.txt */

static const char *open_hint(int error)
{
    switch (error) {
    case ENOENT:
    case ENXIO:
    case ENODEV:
        return say_own("no such serial line; is the adapter plugged in?");
    case EACCES:
    case EPERM:
        return say_own("permission denied; this user must be in the group of the device, as a rule dialout");
    case EBUSY:
    case EWOULDBLOCK:
        return say_own("another process holds it; one master a line (fuser -v names it)");
    case ENOTTY:
        return say_own("this is no serial line");
    case EIO:
        return say_own("no hardware answers behind it");
    default:
        return NULL;
    }
}

static int serial_fail(int descriptor, int error, char *why, size_t why_size)
{
    const char *hint = open_hint(error);
    snprintf(why, why_size, "%s", hint ? hint : say_error(error));
    if (descriptor >= 0)
        close(descriptor);
    errno = error;
    return -1;
}

static tcflag_t control_flags(const struct wire_link *link)
{
    tcflag_t flags = CS8 | CREAD | CLOCAL | BOTHER;
    if (link->parity != 'N')
        flags |= PARENB;
    if (link->parity == 'O')
        flags |= PARODD;
    if (link->stop_bits == 2)
        flags |= CSTOPB;
    return flags;
}

/* A byte with a parity fault is read as 0, so that the checksum finds it. */
static bool serial_set(int descriptor, const struct wire_link *link)
{
    struct termios2 settings;
    if (ioctl(descriptor, TCGETS2, &settings) != 0)
        return false;
    settings.c_iflag = link->parity == 'N' ? 0 : INPCK;
    settings.c_oflag = 0;
    settings.c_lflag = 0;
    settings.c_cflag = control_flags(link);
    settings.c_ispeed = settings.c_ospeed = (speed_t)link->baud;
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    return ioctl(descriptor, TCSETS2, &settings) == 0;
}

/* What the driver made of it; an adapter may be unable. */
static bool serial_has_baud(int descriptor, int baud, unsigned *found)
{
    struct termios2 settings;
    if (ioctl(descriptor, TCGETS2, &settings) != 0)
        return false;
    *found = settings.c_ospeed;
    const long off = labs((long)*found - baud);
    return off * 100 <= (long)baud * BAUD_ERROR_PERCENT;
}

/* Many USB adapters gather bytes for 16 ms before they hand them on. A comfort, and not all can. */
static void serial_hasten(int descriptor)
{
    struct serial_struct settings;
    if (ioctl(descriptor, TIOCGSERIAL, &settings) != 0)
        return;
    settings.flags |= (int)ASYNC_LOW_LATENCY;
    ioctl(descriptor, TIOCSSERIAL, &settings);
}

/* A pty would stay so after its holder was killed, for as long as its other side lives. */
static bool serial_exclude(int descriptor)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return false;
    const bool pty = major(status.st_rdev) >= PTY_MAJOR_MIN && major(status.st_rdev) <= PTY_MAJOR_MAX;
    return pty || ioctl(descriptor, TIOCEXCL) == 0;
}

int serial_open(const struct wire_link *link, char *why, size_t why_size)
{
    unsigned baud = 0;
    const int descriptor = open(link->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0)
        return serial_fail(-1, errno, why, why_size);
    if (!isatty(descriptor) || flock(descriptor, LOCK_EX | LOCK_NB) != 0)
        return serial_fail(descriptor, errno, why, why_size);
    if (!serial_exclude(descriptor) || !serial_set(descriptor, link)) {
        const int error = errno;
        ioctl(descriptor, TIOCNXCL);
        return serial_fail(descriptor, error, why, why_size);
    }
    if (!serial_has_baud(descriptor, link->baud, &baud)) {
        snprintf(why, why_size, say_own("the adapter cannot do %d baud, it would run at %u"), link->baud, baud);
        serial_close(descriptor);
        errno = EINVAL;
        return -1;
    }
    serial_hasten(descriptor);
    ioctl(descriptor, TCFLSH, TCIOFLUSH);
    return descriptor;
}

void serial_close(int descriptor)
{
    ioctl(descriptor, TIOCNXCL);
    close(descriptor);
}
