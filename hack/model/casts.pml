/* The casts: which resources an object has, and which ids AWS gives them. An id that nobody knows any more is given out
   again. When all are in use, a pass that needs one ends: that bounds the search. */

#define LIFE     1 /* a root, found by its tags, and a child without tags, found by its name */
#define TWINS    2 /* the same, with two roots that carry the tags from the start */
#define ADOPTION 3 /* the same, but the spec names the root, and so does another SecuredAPI's */
#define SNAPSHOT 4 /* under a root that stays: the definition, whose snapshots are proven, and the stage, which serves one */
#define CHANGES  5 /* under a root that stays: a child, whose spec changes and goes; see kind */

#define STAYS   7 /* the id of a root that stays */
#define STAGE   5 /* the id of the stage */
#define BY_HAND 4 /* a snapshot that somebody else made, and that is open */

#define THREE(of, a, b, c) (of(a) -> a : (of(b) -> b : (of(c) -> c : 0)))
#define ANY(of, a, b, c)   (of(a) || of(b) || of(c))

#if CAST == LIFE || CAST == TWINS
#define RESOURCES 2
#define ROOTED    1
#define IDS(of)   (at[me] == 0 -> of(1) + of(2) + of(3) : of(4) + of(5) + of(6))
#define PICK(of)  (at[me] == 0 -> THREE(of, 1, 2, 3) : THREE(of, 4, 5, 6))
#define LATES(r)  (r == 0 && ANY(LATE, 1, 2, 3) || r == 1 && ANY(LATE, 4, 5, 6))
#elif CAST == ADOPTION
#define RESOURCES 2
#define ROOTED    1
#define IDS(of)   (at[me] == 0 -> of(1) : of(4) + of(5) + of(6))
#define PICK(of)  (at[me] == 0 -> 1 : THREE(of, 4, 5, 6))
#define LATES(r)  (r == 1 && ANY(LATE, 4, 5, 6))
#elif CAST == SNAPSHOT
#define RESOURCES 2
#define ROOTED    0
#define IDS(of)   (at[me] == 0 -> of(1) + of(2) + of(3) + of(BY_HAND) : of(STAGE))
#define PICK(of)  (at[me] == 0 -> (of(BY_HAND) -> BY_HAND : THREE(of, 1, 2, 3)) : STAGE)
#define LATES(r)  (r == 0 && ANY(LATE, 1, 2, 3))
#else
#define RESOURCES 1
#define ROOTED    0
#define IDS(of)   (kind == NAMED -> of(4) : of(1) + of(2) + of(3))
#define PICK(of)  (kind == NAMED -> 4 : THREE(of, 1, 2, 3))
#define LATES(r)  ANY(LATE, 1, 2, 3)
#endif
