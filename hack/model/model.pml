/* How the user pool of one SecuredAPI is made, found, adopted and deleted: the protocol of controllers/ownership and
   controllers/userpool, with all that may come between two of its steps. `make model` checks it, docs/design/model.md says
   what came of it.

     the model                  the code
     READ, FINALIZE             controllers: SecuredAPIReconciler.Reconcile, addFinalizer
     LOOK, CLOCK                ownership: Creating.Locate
     INTEND, CALL, REFUSE       ownership: Creating.Run
     KEEP, SUSPECT              ownership: Creating.keep; userpool: Phase.ensurePool
     DESCRIBE, FORGET, CLIENT   userpool: Phase.observe, ifLost, createClient
     ASK, ERASE                 userpool: Phase.Deletable, Delete
     LET_GO                     controllers: SecuredAPIReconciler.delete, letGo
     MAY_SAVE, MAY_PATCH        controllers: statusWriter.Save; patches of metadata under optimistic lock

   Two operators work on the object at once, as if there were no lease. Crashes, lost replies, refusals, edits, lives of the
   object and deletions in the console are without bound; tags are taken off once. An id of a pool that nobody knows
   any more is given out again, so that three are enough; an assertion says if not.
   BOUNDED, to ask whether all ends: two faults, and one act of people beside deleting the object and signing up.
   TWINS, to ask what happens with two pools that carry the tags from the start: one operator. */

#include "rules.pml"
#include "world.pml"
#include "operator.pml"

init {
	atomic {
		pool[FOREIGN].exists = true; pool[FOREIGN].listed = true; pool[FOREIGN].users = true;
		apply();
#ifdef TWINS
		appear(known[0]); pool[2].listed = true;
		appear(known[0]); pool[3].listed = true;
		known[0] = NONE; guessed = false;
#else
		run Operator(1);
#endif
		run Operator(0)
	}
}

#define ONCE    (OURS <= 1)
#define CLIENTS (pool[2].clients <= 1 && pool[3].clients <= 1 && pool[4].clients <= 1)
#define QUIET   (!DUE && !CALLING && step[0] == READ && step[1] == READ)
#define KNOWN   (!QUIET || !api.exists || DUPLICATE || OURS == IS_OURS(api.pool))

ltl once   { [] ONCE }      /* there are never two pools of ours */
ltl client { [] CLIENTS }   /* nor two clients of one name */
ltl stays  { [] !left }     /* status does not leave a pool that is there */
ltl right  { [] !wrong }    /* nothing is adopted or deleted that should not be */
ltl clean  { [] !orphaned } /* an object that goes leaves nothing behind, but for Retain */
ltl known  { [] KNOWN }     /* at rest, status names the one pool of ours */
ltl safe   { [] (ONCE && CLIENTS && !left && !wrong && !orphaned && KNOWN) } /* all of these, in one search */

ltl asks   { [] !guessed }  /* of two pools none is taken or deleted, and no third is made: a person is asked */
ltl rests  { [] <> QUIET }  /* when faults and edits end, all comes to rest */
