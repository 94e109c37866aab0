/* The rules of the protocol: for each its breach, the cast and the property that must fall with it. check.sh reads this list,
   and checks the model once with each. BREACH is the number of one, 0 for none, or AT_RUN: then pan reads the number from its
   environment, so that one program serves all breaches of a cast. */

/* making one, and finding it again */
#define NO_INTENT        1  /* LIFE one once: nothing is saved before the create, only the id after it */
#define NO_LOCK          2  /* LIFE both once: status is saved without optimistic lock */
#define NO_TAGS          3  /* LIFE one once: the tags are put on after the create */
#define NO_LOOK          4  /* LIFE one once: nobody looks for what may exist */
#define BLIND_RETRY      5  /* LIFE one once: a create whose reply is lost is repeated at once */
#define NO_WAIT          6  /* LIFE one once: a look that finds nothing is believed at once */
#define CLOCK_LAST       7  /* LIFE one single: the clock is read after the look */
#define NO_FRESH         8  /* LIFE one once: the call is made however old its intention is */
#define RETAIN_IN_DOUBT  9  /* LIFE one once: Retain lets go while a creation is in doubt */
#define ONE_ANSWER       10 /* LIFE one single: one answer is enough for "gone" */
#define TAKE_ONE         11 /* TWINS one asks: of two that are found, one is taken */
#define NO_END           12 /* LIFE one rests: the grace period never ends */

/* the children of a root */
#define UNASKED_CHILDREN 13 /* LIFE one single: in a root from before, nobody looks for children */
#define NO_UNDER         14 /* LIFE one honest: a record does not say under which parent */
#define EARLY_FORGET     15 /* LIFE one single: the record of a child goes before its parent is gone */
#define FORMER_DOUBT     16 /* LIFE one clean: a creation in doubt is forgotten with its parent */

/* what is ours */
#define BY_NAME          17 /* LIFE one right: names tell what is ours */
#define NO_OWN           18 /* LIFE one right: a child is made without a look at the root's tags */
#define NO_OWNER         19 /* LIFE one right: a root is deleted whatever its tags are by now */
#define OTHERS_CHILDREN  20 /* LIFE one right: the children of a root that is not ours any more are deleted */
#define NO_QUESTION      21 /* LIFE one right: the object is not read once more before a deletion */
#define FINALIZER_LAST   22 /* LIFE one clean: the finalizer comes after the create */
#define NO_SETTLE        23 /* LIFE one clean: a deletion does not settle what is in doubt */

/* what is proven before it is served */
#define NO_UNPROVEN      24 /* SNAPSHOT one guarded: what is found again counts as proven */
#define NO_PROOF         25 /* SNAPSHOT one guarded: nothing is proven */
#define COPY_ONLY        26 /* SNAPSHOT one guarded: the proof reads the working copy only */
#define SNAPSHOT_ONLY    27 /* SNAPSHOT one honest: the proof reads the snapshot only */
#define NO_SENT          28 /* SNAPSHOT one honest: an intention has no digest: what is found counts as the present spec's */
#define NO_TOKEN         29 /* SNAPSHOT one right: snapshots are found without a token */

/* changes of what exists */
#define NO_SENT_WAIT     30 /* CHANGES one honest: what agrees is verified while another change is in doubt */
#define DOUBT_OVERTAKEN  31 /* CHANGES one honest: a change ends the doubt about the one before */
#define VERIFY_CLOCK     32 /* CHANGES one honest: verify reads the clock after the look */
#define DELETE_LATER     33 /* CHANGES one honest: what is being deleted is wanted again before that ended */
#define FORGET_IN_DOUBT  34 /* CHANGES one honest: a record goes with a second deletion, while the first is in doubt */
#define PRUNE_UNSAVED    35 /* CHANGES one honest: one is deleted while status names it still */
#define NO_RETIRED       36 /* CHANGES one honest: one that was replaced is taken again */

/* adoption */
#define ADOPT_AT_ONCE    37 /* ADOPTION one alone: an adopted root is used at once */
#define CHILDREN_EARLY   38 /* ADOPTION one alone: children are made while the adoption is in doubt */
#define STALE_CLAIM      39 /* ADOPTION one alone: the tags are read before the intention only */
#define DOUBT_DROPPED    40 /* ADOPTION one alone: whoever sees the other's tags forgets its own call in doubt */
#define ADOPT_CLOCK      41 /* ADOPTION one alone: at the end of an adoption, the clock is read after the look */

/* The assumptions: without them the protocol does not hold. */
#define SLOW_CALLS       42 /* LIFE one once: a call ends, or is listed, after the grace period */
#define APPLIED_AT_ONCE  43 /* LIFE one once: an object is applied again before the lists show what was retained */
#define BOTH_TRAIL       44 /* LIFE one once: of what was made, reads and lists trail at the same time */
#define LATE_TAGS        45 /* LIFE one right: tags are taken off between the look at them and the call */
#define PUT_BACK         46 /* SNAPSHOT one honest: somebody changes the working copy, and puts it back before the proof */

#ifndef BREACH
#define BREACH 0
#endif
#define AT_RUN -1
#if BREACH == AT_RUN
byte broken;
#define GIVE_BREACH c_code { now.broken = atoi(getenv("BREACH")); }
#define HOLDS(rule) (broken != rule)
#else
#define GIVE_BREACH skip
#define HOLDS(rule) (BREACH != rule)
#endif
