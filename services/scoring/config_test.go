package scoring_test

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/parindex/parindex/services/scoring"
)

func TestConfigValidate(t *testing.T) {
	var c scoring.Config
	scoring.Spec(&c).Flags(pflag.NewFlagSet("scoringd", pflag.ContinueOnError))
	c.RedisURL, c.RedisTimeout = "http://user:hunter2@redis", -1
	err := scoring.Spec(&c).Validate()
	if err == nil || !strings.Contains(err.Error(), "PARINDEX_SCORING_DSN") || !strings.Contains(err.Error(), "PARINDEX_REDIS_URL") ||
		!strings.Contains(err.Error(), "PARINDEX_REDIS_TIMEOUT (--redis-timeout)") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("%v", err)
	}
	c.DB.DSN, c.RedisTimeout = "host=x", 0
	for _, url := range []string{
		"", "redis://localhost:6379/1", "rediss://u:p@redis", "unix:///run/redis.sock",
		"redis://a:1?addr=b:2&addr=c:3", "redis://sentinel:26379?master_name=main",
	} {
		c.RedisURL = url
		if err := scoring.Spec(&c).Validate(); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}
