/* The network as an event loop written by hand, for this network and nothing else.

   There is one event for each dossier that is being served: its end. An event is a 64-bit integer,
   the time above the number of the visit, in a binary heap. A queue is a list through the dossiers.
   At one instant dossiers go on in the order of their numbers, so they join each queue in that
   order, and servers of a station are alike. So it does not matter whether a server becomes free
   before or after a dossier joins, and all times are those of docs/semantics.md. */

#include <stdint.h>

enum { STAGES = 4, DEPARTMENTS = 8, STATIONS = DEPARTMENTS + 3, MOST_SERVERS = 1000, NOBODY = -1 };

typedef struct {
    int64_t free;        /* servers */
    int32_t first, last; /* of those who wait */
} Station;

typedef struct {
    int64_t size;
    uint64_t events[MOST_SERVERS + 1]; /* from place 1 */
} Heap;

static void push(Heap *heap, int64_t t, int64_t visit)
{
    uint64_t event = (uint64_t)t << 32 | (uint64_t)visit;
    int64_t place = ++heap->size;
    while (place > 1 && heap->events[place >> 1] > event) {
        heap->events[place] = heap->events[place >> 1];
        place >>= 1;
    }
    heap->events[place] = event;
}

static uint64_t pop(Heap *heap)
{
    uint64_t least = heap->events[1], last = heap->events[heap->size--];
    int64_t place = 1, child;
    while ((child = 2 * place) <= heap->size) {
        child += child < heap->size && heap->events[child + 1] < heap->events[child];
        if (last <= heap->events[child])
            break;
        heap->events[place] = heap->events[child];
        place = child;
    }
    heap->events[place] = last;
    return least;
}

static Station *station_of(Station *stations, int64_t stage, int64_t department)
{
    return &stations[stage == 0 ? 0 : stage == 1 ? 1 + department : DEPARTMENTS + stage - 1];
}

/* Serve dossiers until end_s. Stations are: intake, the departments, sign-off, return.

   submitted_s, department: of each dossier; they come in the order of their numbers.
   work_s:                  of each visit; a dossier has four, one behind the other.
   servers:                 of each station; in all at most MOST_SERVERS.
   next:                    room for a number for each dossier.
   ready_s, started_s, ended_s: of each visit, to be written. */
void serve(int64_t dossiers, const int64_t *submitted_s, const int8_t *department,
           const int64_t *work_s, const int64_t *servers, int64_t end_s, int32_t *next,
           int64_t *ready_s, int64_t *started_s, int64_t *ended_s)
{
    Station stations[STATIONS];
    for (int i = 0; i < STATIONS; i++)
        stations[i] = (Station){servers[i], NOBODY, NOBODY};
    Heap heap = {0};
    for (int64_t coming = 0;;) {
        int64_t t, visit;
        int64_t next_end_s = heap.size ? (int64_t)(heap.events[1] >> 32) : INT64_MAX;
        if (coming < dossiers && submitted_s[coming] <= next_end_s) {
            t = submitted_s[coming];
            visit = STAGES * coming++;
        } else if (next_end_s < end_s) {
            uint64_t event = pop(&heap);
            t = event >> 32;
            visit = event & UINT32_MAX;
            int64_t stage = visit % STAGES;
            Station *left = station_of(stations, stage, department[visit / STAGES]);
            ended_s[visit] = t;
            if (left->first == NOBODY) {
                left->free++;
            } else {
                int64_t taken = STAGES * (int64_t)left->first + stage;
                left->first = next[left->first];
                started_s[taken] = t;
                push(&heap, t + work_s[taken], taken);
            }
            if (stage == STAGES - 1)
                continue;
            visit++;
        } else {
            return;
        }
        int64_t dossier = visit / STAGES;
        ready_s[visit] = t;
        Station *joined = station_of(stations, visit % STAGES, department[dossier]);
        if (joined->free > 0) {
            joined->free--;
            started_s[visit] = t;
            push(&heap, t + work_s[visit], visit);
            continue;
        }
        if (joined->first == NOBODY)
            joined->first = dossier;
        else
            next[joined->last] = dossier;
        joined->last = dossier;
        next[dossier] = NOBODY;
    }
}
