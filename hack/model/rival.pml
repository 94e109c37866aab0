/* Another SecuredAPI, whose spec names the same root, by the same protocol: Of.adopt of another operator. */
mtype = { R_READ, R_INTEND, R_REREAD, R_TAG, R_REPLY, R_READ_BACK, R_WAIT, R_USE }
mtype rival = R_READ;
bool rivalYoung, rivalFlies, rivalAdrift;
bool rivalDoubts, rivalOver; /* its adoption is in doubt; the grace period has passed */
bool rivalLost; /* the outcome of a call is not known */
bool rivalUsed;

#define CLAIMING (rivalYoung || rivalFlies || rivalAdrift)
#define CLAIMS(i) (at[i] == 0 && (young[i] || FLIES(i)))

active proctype Rival() {
end:	do
	:: d_step { rival == R_READ && thing[1].owner == NOBODY -> rival = R_INTEND; printf("rival: reads\n") }
	:: d_step { rival == R_READ && thing[1].owner == RIVAL -> rival = (rivalDoubts -> R_WAIT : R_USE) }
	:: d_step { rival == R_INTEND -> rivalYoung = true; rivalDoubts = true; rivalOver = false; printf("rival: intends\n");
		rival = (HOLDS(STALE_CLAIM) -> R_REREAD : R_TAG) }
	:: d_step { rival == R_REREAD -> printf("rival: reads once more\n"); if
		:: thing[1].owner == US -> rivalDoubts = rivalLost && HOLDS(DOUBT_DROPPED); rivalYoung = false; rival = R_READ
		:: else -> rival = R_TAG
		fi }
	:: d_step { rival == R_TAG -> if
		:: rivalYoung -> rivalYoung = false; rivalFlies = true; rival = R_REPLY; printf("rival: tags\n")
		:: else -> rival = R_INTEND
		fi }
	:: d_step { rivalFlies -> rivalFlies = false; thing[1].owner = RIVAL; printf("AWS: the rival's tags\n"); rival = R_READ_BACK }
	:: d_step { rivalAdrift -> rivalAdrift = false; thing[1].owner = RIVAL; printf("AWS: the rival's tags\n") }
	:: d_step { rivalFlies && !rivalAdrift && FAULT; rivalFlies = false; rivalAdrift = true; rivalLost = true; rival = R_READ; printf("rival: no reply\n") }
	:: d_step { rival == R_READ_BACK -> printf("rival: reads back\n"); if
		:: thing[1].owner == RIVAL -> rival = R_WAIT
		:: else -> rivalDoubts = rivalLost && HOLDS(DOUBT_DROPPED); rival = R_READ
		fi }
	:: d_step { rivalYoung -> rivalYoung = false; printf("time: the rival's intention ages\n") }
	:: d_step { rivalDoubts && !rivalOver && !CLAIMING && !CLAIMS(0) && !CLAIMS(1) && !AFLOAT(0) -> rivalOver = true; rivalLost = false;
		printf("time: the rival's grace period has passed\n") }
	:: d_step { rival == R_WAIT && (rivalOver || !HOLDS(ADOPT_AT_ONCE)) -> rivalDoubts = false; rival = R_USE }
	:: d_step { rival == R_USE -> printf("rival: looks once more\n");
		rivalUsed = rivalUsed || thing[1].owner == RIVAL; rival = (thing[1].owner == RIVAL -> R_USE : R_READ) }
	od
}
