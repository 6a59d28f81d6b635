/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/mend.h"

#include <stdlib.h>
#include <string.h>

/* What is known of a request beside what the plan says. */
struct part {
    size_t place;  /* its first word */
    int exception; /* it cannot be split, and is refused with that; 0: not */
};

struct mend {
    const struct profile *profile;
    struct plan *plan;
    struct part *part; /* one a request, with room for one a point */
    size_t words;
    int64_t link;
    bool refused;    /* something is, or has been split */
    bool stale;      /* what is known may be so no more: to be whole again, */
    int64_t rest_ms; /* unless that was in vain so shortly before */
    int64_t joined_ms;
    int splits;    /* left in this sweep */
    size_t chance; /* the refused request that is asked in this sweep */
};

/* Lays the words of all requests out one after another. */
static void mend_lay_out(struct mend *mend)
{
    mend->words = 0;
    for (size_t i = 0; i < mend->plan->requests; i++) {
        mend->part[i] = (struct part){.place = mend->words};
        mend->words += request_words(&mend->plan->request[i]);
    }
    mend->refused = mend->stale = false;
    mend->chance = 0;
}

struct mend *mend_new(const struct profile *profile)
{
    struct mend *mend = calloc(1, sizeof *mend);
    if (!mend)
        return NULL;
    mend->profile = profile;
    mend->plan = plan_new(profile);
    mend->part = calloc(profile->points + 1, sizeof *mend->part);
    if (!mend->plan || !mend->part) {
        mend_free(mend);
        return NULL;
    }
    mend_lay_out(mend);
    return mend;
}

void mend_free(struct mend *mend)
{
    if (!mend)
        return;
    plan_free(mend->plan);
    free(mend->part);
    free(mend);
}

const struct plan *mend_plan(const struct mend *mend)
{
    return mend->plan;
}

size_t mend_place(const struct mend *mend, size_t number)
{
    return mend->part[number].place;
}

size_t mend_words(const struct mend *mend)
{
    return mend->words;
}

int mend_exception(const struct mend *mend, size_t number)
{
    return mend->part[number].exception;
}

/* Out of memory it stays as it is, which reads the same. */
static void mend_join(struct mend *mend, int64_t now_ms)
{
    struct plan *plan = plan_new(mend->profile);
    if (!plan)
        return;
    plan_free(mend->plan);
    mend->plan = plan;
    mend_lay_out(mend);
    mend->rest_ms = mend->rest_ms == 0 ? MEND_REST_MS : 2 * mend->rest_ms;
    if (mend->rest_ms > MEND_REST_CAP_MS)
        mend->rest_ms = MEND_REST_CAP_MS;
    mend->joined_ms = now_ms;
}

/* The next refused request after the one that had its chance last. */
static size_t next_chance(const struct mend *mend)
{
    const size_t requests = mend->plan->requests;
    for (size_t i = 1; i <= requests; i++)
        if (mend->part[(mend->chance + i) % requests].exception)
            return (mend->chance + i) % requests;
    return mend->chance;
}

void mend_begin(struct mend *mend, int64_t link, int64_t now_ms)
{
    if (!mend->refused)
        mend->rest_ms = 0;
    mend->stale = mend->refused && (mend->stale || (mend->link && link != mend->link));
    if (mend->stale && (mend->rest_ms == 0 || now_ms - mend->joined_ms >= mend->rest_ms))
        mend_join(mend, now_ms);
    mend->link = link;
    mend->splits = MEND_SPLITS;
    mend->chance = next_chance(mend);
}

bool mend_asks(const struct mend *mend, size_t number)
{
    return !mend->part[number].exception || number == mend->chance;
}

void mend_answered(struct mend *mend, size_t number)
{
    mend->stale = mend->stale || mend->part[number].exception;
    mend->part[number].exception = 0;
}

static void part_insert(struct mend *mend, size_t number, int address)
{
    const struct request *upper = &mend->plan->request[number + 1];
    struct part *part = &mend->part[number];
    memmove(part + 1, part, (mend->plan->requests - 1 - number) * sizeof *part);
    part[1].place += (size_t)(upper->address - address) * (upper->wide ? 2 : 1);
    mend->chance += mend->chance > number;
}

bool mend_refused(struct mend *mend, size_t number, int exception)
{
    const int address = mend->plan->request[number].address;
    if (exception < 1 || exception > MEND_EXCEPTION_MAX)
        return false;
    mend->refused = true;
    if (mend->splits == 0)
        return false;
    if (!plan_split(mend->plan, mend->profile, number)) {
        mend->part[number].exception = exception;
        return false;
    }
    part_insert(mend, number, address);
    mend->splits--;
    return true;
}
