#include "symbolic.h"

#include "bytes.h"
#include "config.h"
#include "face.h"
#include "schema.h"

#define MOST_PARTS 4u
#define MOST_KINDS 4u
#define CELLS (FACE_COLUMNS + 2u)
#define LEAST_PER_INCH 1000u
#define GREATEST_HEIGHT 1000000u

/* Head dots: columns as the mark is read, dots upward; the first and the one behind the last. */
struct box {
    int64_t left;
    int64_t right;
    int64_t low;
    int64_t high;
};

struct text {
    int64_t left;
    int64_t bottom;
    uint32_t per_inch;
    uint32_t height;
    bool upward;
};

static int64_t get16s(const uint8_t *at) {
    int64_t value = get16(at);
    return value <= 0x7FFF ? value : value - 0x10000;
}

static void set_dots(uint8_t *column, uint32_t low, uint32_t high) {
    for (uint32_t dot = low; dot < high; dot++) {
        column[dot / 8u] = (uint8_t)(column[dot / 8u] | 1u << dot % 8u);
    }
}

static bool fill(const struct canvas *canvas, const struct box *box) {
    uint32_t bytes = COLUMN_BYTES(canvas->dots);
    bool across = box->left >= 0 && box->left <= box->right && box->right <= canvas->columns;
    if (!across || box->low < 0 || box->low > box->high || box->high > canvas->dots) {
        return false;
    }
    for (uint32_t read = (uint32_t)box->left; read < (uint32_t)box->right; read++) {
        /* The rightmost column fires first. */
        set_dots(canvas->raster + (canvas->columns - 1u - read) * bytes, (uint32_t)box->low, (uint32_t)box->high);
    }
    return true;
}

/* The size of the part at `data`; 0 where it is none. */
static size_t draw_bars(const struct canvas *canvas, const uint8_t *data, size_t size) {
    const uint8_t *heights = data + BARS_PART_SIZE;
    const uint8_t *states;
    size_t whole;
    if (size < BARS_PART_SIZE || data[BARS_PART_KINDS] < 1 || data[BARS_PART_KINDS] > MOST_KINDS ||
        data[BARS_PART_BARS] < 1 || data[BARS_PART_WIDTH] > get16(data + BARS_PART_PITCH)) {
        return 0;
    }
    states = heights + (size_t)data[BARS_PART_KINDS] * BAR_HEIGHT_SIZE;
    whole = (size_t)(states - data) + (data[BARS_PART_BARS] + 3u) / 4u;
    if (size < whole) {
        return 0;
    }
    for (uint32_t bar = 0; bar < data[BARS_PART_BARS]; bar++) {
        uint32_t kind = (uint32_t)states[bar / 4u] >> bar % 4u * 2u & 3u;
        const uint8_t *height = heights + kind * BAR_HEIGHT_SIZE;
        struct box box;
        if (kind >= data[BARS_PART_KINDS]) {
            return 0;
        }
        box.left = get16s(data + BARS_PART_LEFT) + (int64_t)bar * get16(data + BARS_PART_PITCH);
        box.right = box.left + data[BARS_PART_WIDTH];
        box.low = get16(height + BAR_HEIGHT_LOW);
        box.high = get16(height + BAR_HEIGHT_HIGH);
        if (!fill(canvas, &box)) {
            return 0;
        }
    }
    return whole;
}

/* From where to where dot `number` of the face reaches: the nearest head dots, halves upward. */
static void reach(uint64_t number, uint64_t numerator, uint64_t denominator, int64_t *first, int64_t *after) {
    *first = (int64_t)((2u * number * numerator + denominator) / (2u * denominator));
    *after = (int64_t)((2u * (number + 1u) * numerator + denominator) / (2u * denominator));
    if (*after - *first >= 4) {
        (*after)--;
    }
}

static bool draw_dot(const struct canvas *canvas, const struct text *text, uint32_t cell, uint32_t row) {
    struct box dot;
    struct box box;
    reach(cell, canvas->dpi, (uint64_t)CELLS * text->per_inch, &dot.left, &dot.right);
    reach(row, (uint64_t)canvas->dpi * text->height, FACE_ROWS * 1000000000ull, &dot.low, &dot.high);
    if (text->upward) {
        box.left = text->left - dot.high + 1;
        box.right = text->left - dot.low + 1;
        box.low = text->bottom + dot.left;
        box.high = text->bottom + dot.right;
    } else {
        box.left = text->left + dot.left;
        box.right = text->left + dot.right;
        box.low = text->bottom + dot.low;
        box.high = text->bottom + dot.high;
    }
    return fill(canvas, &box);
}

static bool draw_character(const struct canvas *canvas, const struct text *text, uint32_t cell, uint8_t character) {
    const uint8_t *rows;
    if (character < FACE_FIRST || character > FACE_LAST || FACE_DOTS[character - FACE_FIRST][0] == FACE_NONE) {
        return false;
    }
    rows = FACE_DOTS[character - FACE_FIRST];
    for (uint32_t row = 0; row < FACE_ROWS; row++) {
        for (uint32_t column = 0; column < FACE_COLUMNS; column++) {
            bool inked = ((uint32_t)rows[row] >> (FACE_COLUMNS - 1u - column) & 1u) != 0;
            if (inked && !draw_dot(canvas, text, cell + column, FACE_ROWS - 1u - row)) {
                return false;
            }
        }
    }
    return true;
}

static size_t draw_text(const struct canvas *canvas, const uint8_t *data, size_t size) {
    struct text text;
    size_t whole;
    if (size < TEXT_PART_SIZE || data[TEXT_PART_KIND] != PART_TEXT || data[TEXT_PART_UPWARD] > 1 ||
        data[TEXT_PART_LENGTH] < 1) {
        return 0;
    }
    text.left = get16s(data + TEXT_PART_LEFT);
    text.bottom = get16s(data + TEXT_PART_BOTTOM);
    text.per_inch = get32(data + TEXT_PART_PER_INCH);
    text.height = get32(data + TEXT_PART_HEIGHT);
    text.upward = data[TEXT_PART_UPWARD] != 0;
    whole = TEXT_PART_SIZE + (size_t)data[TEXT_PART_LENGTH];
    if (size < whole || text.per_inch < LEAST_PER_INCH || text.height > GREATEST_HEIGHT) {
        return 0;
    }
    for (uint32_t i = 0; i < data[TEXT_PART_LENGTH]; i++) {
        if (!draw_character(canvas, &text, i * CELLS, data[TEXT_PART_SIZE + i])) {
            return 0;
        }
    }
    return whole;
}

bool symbolic_draw(const struct canvas *canvas, const uint8_t *data, size_t size) {
    zero_bytes(canvas->raster, (size_t)COLUMN_BYTES(canvas->dots) * canvas->columns);
    for (uint32_t part = 0; part < MOST_PARTS && size > 0; part++) {
        size_t used = data[0] == PART_BARS ? draw_bars(canvas, data, size) : draw_text(canvas, data, size);
        if (used == 0) {
            return false;
        }
        data += used;
        size -= used;
    }
    return size == 0;
}
