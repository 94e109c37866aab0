/* The rules of the protocol: for each its breach, and the property that must fall with it. check.sh reads this list, and
   checks the model once with each: spin -DBREACH=NO_INTENT. */

#define NO_INTENT       1  /* known: nothing is saved before the create, only the id after it */
#define NO_LOCK         2  /* stays: status is saved without optimistic lock */
#define NO_TAGS         3  /* once: the tags are put on after the create */
#define BLIND_RETRY     4  /* once: a create whose reply is lost is repeated at once */
#define NO_WAIT         5  /* once: a lookup that finds nothing is believed at once */
#define CLOCK_LAST      6  /* once: the clock is read after the lists */
#define NO_DEADLINE     7  /* once: the call is made however old its intent is */
#define RETAIN_IN_DOUBT 8  /* once: Retain lets go while a creation is in doubt */
#define SUSPECT_LATER   9  /* client: a found pool is saved first, and then that it may have its clients */
#define TAKE_ONE        10 /* asks: of two that are found, one is taken */
#define BY_NAME         11 /* right: names tell what is ours */
#define NO_OWNER        12 /* right: a pool is deleted whatever its tags are by now */
#define ASKED_EARLY     13 /* right: whether the pool may go is asked at the beginning of the pass only */
#define STALE_READ      14 /* right: the object is read from a cache */
#define FINALIZER_LAST  15 /* clean: the finalizer comes after the create */
#define NO_WAIT_TO_DIE  16 /* clean: a deletion does not wait out a doubt */
#define NO_END          17 /* rests: a doubt is never settled */

/* The assumptions: without them the protocol does not hold. */
#define SLOW_CALLS      18 /* once: a call ends, or is listed, after its intent has settled */
#define APPLIED_AT_ONCE 19 /* once: an object is applied again before the lists show what was retained */

#ifndef BREACH
#define BREACH 0
#endif
#define HOLDS(rule) (BREACH != rule)
