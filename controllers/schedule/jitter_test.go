package schedule

import (
	"testing"
	"time"
)

func TestSpreadAddsUpToTenPercent(t *testing.T) {
	least, most := time.Hour, time.Duration(0)
	for range 2000 {
		d := Spread(interval)
		least, most = min(least, d), max(most, d)
	}
	if least < interval || least > interval+interval/100 || most > interval+interval/10 || most < interval+interval/11 {
		t.Errorf("got waits of %s to %s, want them spread over 10 %% above %s", least, most, interval)
	}
	if got := Spread(0); got != 0 {
		t.Errorf("got %s, want nothing added to nothing", got)
	}
}

func TestAfterStart(t *testing.T) {
	least, most := time.Hour, time.Duration(0)
	for range 2000 {
		d := AfterStart(interval)
		least, most = min(least, d), max(most, d)
	}
	if least < interval/10 || least > interval/8 || most > interval || most < interval*9/10 {
		t.Errorf("got the first check after %s to %s, want it spread over the interval of %s but its first tenth", least, most, interval)
	}
	if got := AfterStart(0); got != 0 {
		t.Errorf("got %s, want no wait without an interval", got)
	}
}

func TestSweepsSince(t *testing.T) {
	s := &Schedule{Interval: interval}
	if got, want := s.SweepsSince(start), start.Add(-2*interval); !got.Equal(want) {
		t.Errorf("got %s, want two intervals ago, %s", got, want)
	}
}
