#include "pieces.h"

#include "arrivals.h"
#include "bytes.h"
#include "head.h"
#include "jobs.h"
#include "schema.h"
#include "session.h"

void pieces_start(struct spray *device) {
    struct track *track = &device->track;
    zero_bytes(track, sizeof *track);
    track->encoder = hal_encoder();
    track->high = track->encoder;
    /* A frame of an earlier boot must tie to no piece of this one (section 7). */
    track->trigger = ((device->store.boots - 1u) & 0xFFFu) << 20;
}

static struct piece *find(struct track *track, uint32_t number) {
    for (uint16_t i = 0; i < track->count; i++) {
        if (track->pieces[i].number == number) {
            return &track->pieces[i];
        }
    }
    return 0;
}

static void remove_piece(struct track *track, uint16_t index) {
    for (uint16_t i = index; i + 1 < track->count; i++) {
        track->pieces[i] = track->pieces[i + 1];
    }
    track->count--;
}

/* A new piece at the present tick; a null pointer when the table is full of pieces still in transit. */
static struct piece *new_piece(struct spray *device, uint32_t tick, uint64_t us) {
    struct track *track = &device->track;
    struct piece *piece;
    if (track->count == MOST_PIECES) {
        if (!track->pieces[0].passed) {
            return 0;
        }
        remove_piece(track, 0);
    }
    piece = &track->pieces[track->count++];
    zero_bytes(piece, sizeof *piece);
    piece->number = ++track->number;
    piece->trigger = ++track->trigger;
    piece->edge = tick;
    piece->time = session_milliseconds(device, us);
    return piece;
}

/* --- the camera's photocell --- */

static void leading(struct spray *device, uint32_t tick, uint64_t us) {
    struct track *track = &device->track;
    struct piece *last = track->count > 0 ? &track->pieces[track->count - 1] : 0;
    uint32_t gap = last != 0 && last->ended ? tick - last->trailing : 0;
    bool close = last != 0 && last->ended && gap < device->config.min_gap;
    struct piece *piece;
    if (last != 0 && !last->ended && !last->passed) {
        return; /* a bounce: this letter's edge was seen */
    }
    if (last != 0 && last->ended && gap < device->config.debounce && !last->told) {
        last->ended = false; /* the beam flickered: the letter goes on */
        return;
    }
    if (close) {
        last->inhibit = WHY_SHORT_GAP;
    }
    piece = new_piece(device, tick, us);
    if (piece == 0) {
        eventlog_lose(&device->log); /* unseen: it will be a stray at the head and gets no ink */
        return;
    }
    if (close) {
        piece->inhibit = WHY_SHORT_GAP;
    }
    hal_camera_trigger(piece->trigger, piece->number);
}

static void trailing(struct track *track, uint32_t tick) {
    struct piece *last = track->count > 0 ? &track->pieces[track->count - 1] : 0;
    if (last != 0 && !last->ended) {
        last->ended = true;
        last->trailing = tick;
    }
}

void pieces_edge(struct spray *device, const struct hal_edge *edge) {
    struct track *track = &device->track;
    /* Behind the forward high-water mark the belt only comes back to where it was (wire point 5). */
    if (track->bench || apart(edge->tick, track->high) < 0) {
        return;
    }
    if (edge->sensor == HAL_HEAD) {
        if (edge->leading) {
            arrivals_head_edge(device, edge->tick);
        }
    } else if (edge->leading) {
        leading(device, edge->tick, edge->us);
    } else {
        trailing(track, edge->tick);
    }
}

/* --- what is due on the way --- */

static bool completes(const struct piece *piece) { return piece->ended && !piece->told && !piece->passed; }

static uint32_t complete_tick(const struct spray *device, const struct piece *piece) {
    return piece->trailing + device->config.debounce;
}

static uint32_t overdue_tick(const struct spray *device, const struct piece *piece) {
    return piece->edge + device->config.distance + device->config.max_window + 1u;
}

/* The trailing edge has stood for the debounce length: the piece is whole and is told. */
static void complete(struct spray *device, uint16_t index) {
    struct piece *piece = &device->track.pieces[index];
    piece->length = piece->trailing - piece->edge;
    if (piece->length < device->config.min_length) {
        remove_piece(&device->track, index); /* a bounce, no letter; its number is not used again */
        return;
    }
    if (piece->length > device->config.max_length) {
        piece->inhibit = WHY_DOUBLE_FEED;
    }
    piece->told = true;
    arrivals_note(device, piece, KIND_PIECE_IN, piece->inhibit);
}

/* The piece that has something due first, its tick in `due`; MOST_PIECES where nothing is. */
static uint16_t first_due(const struct spray *device, uint32_t *due) {
    const struct track *track = &device->track;
    uint16_t found = MOST_PIECES;
    for (uint16_t i = 0; i < track->count; i++) {
        const struct piece *piece = &track->pieces[i];
        uint32_t tick = completes(piece) ? complete_tick(device, piece) : overdue_tick(device, piece);
        if (!piece->passed && (found == MOST_PIECES || apart(tick, *due) < 0)) {
            found = i;
            *due = tick;
        }
    }
    return found;
}

bool pieces_next_tick(const struct spray *device, uint32_t *tick) {
    return !device->track.bench && first_due(device, tick) != MOST_PIECES;
}

void pieces_move(struct spray *device, uint32_t tick) {
    struct track *track = &device->track;
    uint32_t due = 0;
    if (apart(tick, track->encoder) < 0) {
        track->encoder = tick;
        if (apart(track->high, tick) > (int32_t)device->config.reverse_tolerance) {
            arrivals_void(device, WHY_REVERSED);
        }
        return;
    }
    /* Each piece has at most two things due: this ends. */
    for (uint16_t round = 0; round < 2 * MOST_PIECES && !track->bench; round++) {
        uint16_t index = first_due(device, &due);
        if (index == MOST_PIECES || apart(due, tick) > 0) {
            break;
        }
        track->encoder = due;
        if (completes(&track->pieces[index])) {
            complete(device, index);
        } else {
            arrivals_miss(device, &track->pieces[index], WHY_NO_PIECE);
        }
    }
    track->encoder = tick;
    if (apart(tick, track->high) > 0) {
        track->high = tick;
    }
}

/* --- the wire's side --- */

static uint8_t unwelcome(const struct spray *device, const struct begin *begin, const struct piece *piece) {
    if (begin->window > device->config.max_window) {
        return WHY_WINDOW_TOO_WIDE;
    }
    if (begin->piece == 0 || begin->piece > device->track.number) {
        return WHY_UNKNOWN_PIECE;
    }
    if (piece == 0) {
        return WHY_NONE; /* passed so long ago that it was forgotten */
    }
    if (piece->taken) {
        return WHY_PIECE_TAKEN;
    }
    return distance32(begin->origin, piece->edge) > begin->window ? WHY_BAD_ORIGIN : piece->inhibit;
}

struct answer pieces_admit(struct spray *device, const struct begin *begin) {
    struct track *track = &device->track;
    struct piece *piece = find(track, begin->piece);
    struct answer answer = {STATE_REFUSED, unwelcome(device, begin, piece)};
    /* Late is judged at the earliest edge of the window, less the margin (wire point 13). */
    uint32_t latest = begin->origin + device->config.distance - begin->window - device->config.margin;
    if (answer.reason != WHY_NONE) {
        return answer;
    }
    if (piece != 0) {
        piece->taken = true;
        piece->epoch = begin->epoch;
        piece->counter = begin->counter;
    }
    if (piece == 0 || piece->passed || (!track->bench && apart(track->encoder, latest) > 0)) {
        answer.state = STATE_MISSED_LATE;
        answer.reason = WHY_LATE;
    } else {
        answer.state = STATE_READY;
    }
    return answer;
}

static void pass_all(struct spray *device) {
    struct track *track = &device->track;
    for (uint16_t i = 0; i < track->count; i++) {
        if (!track->pieces[i].passed) {
            arrivals_miss(device, &track->pieces[i], WHY_NO_JOB);
        }
    }
}

void pieces_trigger(struct spray *device, bool bench) {
    if (bench != device->track.bench) {
        pass_all(device);
        device->track.bench = bench;
    }
}

uint32_t pieces_announce(struct spray *device, uint32_t tag, uint32_t length, uint8_t *reason) {
    struct track *track = &device->track;
    struct piece *piece;
    *reason = WHY_NONE;
    if (!track->bench) {
        *reason = WHY_NOT_BENCH;
    } else if (track->tag_event != 0 && tag == track->tag) {
        return track->tag_event; /* the same letter, asked again */
    } else if (device->head.firing) {
        *reason = WHY_BUSY; /* the letter before still stands at the head */
    } else if (eventlog_room(&device->log, jobs_promised(device)) <= 1) {
        *reason = WHY_NO_CREDIT;
    }
    if (*reason != WHY_NONE) {
        return 0;
    }
    pass_all(device);
    piece = new_piece(device, track->encoder, device->now);
    if (piece == 0) {
        *reason = WHY_NO_CREDIT; /* not to be reached: every earlier piece has passed */
        return 0;
    }
    piece->ended = true;
    piece->told = true;
    piece->length = length;
    track->tag = tag;
    track->tag_event = arrivals_note(device, piece, KIND_PIECE_IN, WHY_NONE);
    if (track->tag_event == 0) {
        remove_piece(track, (uint16_t)(track->count - 1u)); /* what cannot be told is no piece */
        *reason = WHY_NO_CREDIT;
    }
    return track->tag_event;
}

void pieces_sprayed(struct spray *device, const struct job *job) {
    struct piece *piece = find(&device->track, job->piece);
    if (piece != 0) {
        piece->passed = true;
    }
}

bool pieces_expected(const struct spray *device, uint32_t number) {
    const struct track *track = &device->track;
    for (uint16_t i = 0; i < track->count; i++) {
        if (track->pieces[i].number == number) {
            return !track->pieces[i].passed;
        }
    }
    return false;
}
