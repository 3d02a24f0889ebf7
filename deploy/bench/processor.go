package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// quiet waits ten seconds without requests to the platform. It returns the resident
// memory of a process in MB afterwards, and the use of all cores meanwhile, in
// percent.
func quiet(ctx context.Context, pid int) (memory int, used float64, err error) {
	busyBefore, allBefore, err := processorTime()
	if err != nil {
		return 0, 0, err
	}
	select {
	case <-ctx.Done():
		return 0, 0, ctx.Err()
	case <-time.After(10 * time.Second):
	}
	busy, all, err := processorTime()
	if err != nil {
		return 0, 0, err
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	found := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		return 0, 0, errors.New("no VmRSS in /proc")
	}
	kilobytes, err := strconv.Atoi(string(found[1]))
	return kilobytes / 1024, 100 * (busy - busyBefore) / (all - allBefore), err
}

// processorTime returns the busy time and the total time of all cores, in ticks
// since the machine's start.
func processorTime() (busy, all float64, err error) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0, err
	}
	var user, nice, system, idle, wait, hard, soft, steal float64
	if _, err := fmt.Sscanf(string(stat), "cpu %g %g %g %g %g %g %g %g", &user, &nice, &system, &idle, &wait, &hard, &soft, &steal); err != nil {
		return 0, 0, fmt.Errorf("reading /proc/stat: %w", err)
	}
	busy = user + nice + system + hard + soft + steal
	return busy, busy + idle + wait, nil
}

// processors is the processor time since the start that the platform and PostgreSQL
// have used.
type processors struct{ parindex, postgresql time.Duration }

func (b *bench) processors(ctx context.Context) (p processors, err error) {
	if b.postmaster == 0 {
		if b.postmaster, err = b.findPostmaster(ctx); err != nil {
			return p, err
		}
	}
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return p, err
	}
	for _, file := range files {
		content, err := os.ReadFile(file) //nolint:gosec // of /proc
		if err != nil {
			continue // it has ended
		}
		pid, parent, own, ended, err := parseStat(string(content))
		switch {
		case err != nil:
			return p, err
		case pid == b.platform.pid:
			p.parindex = own
		case pid == b.postmaster: // which has waited for connections that are closed
			p.postgresql += own + ended
		case parent == b.postmaster:
			p.postgresql += own
		}
	}
	return p, nil
}

// findPostmaster returns the parent process of all processes of PostgreSQL.
func (b *bench) findPostmaster(ctx context.Context) (int, error) {
	folder, err := b.psql(ctx, b.dsn, "show data_directory")
	if err != nil {
		return 0, err
	}
	content, err := os.ReadFile(filepath.Join(strings.TrimSpace(folder), "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(content), "\n")
	return strconv.Atoi(first)
}

// parseStat reads a process's line in /proc: its processor time, and that of its
// children that have ended.
func parseStat(line string) (pid, parent int, own, ended time.Duration, err error) {
	number, _, _ := strings.Cut(line, " ")
	// The name in brackets may contain anything.
	fields := strings.Fields(line[strings.LastIndexByte(line, ')')+1:])
	if len(fields) < 15 {
		return 0, 0, 0, 0, fmt.Errorf("reading /proc: %q", line)
	}
	var errs [6]error
	pid, errs[0] = strconv.Atoi(number)
	parent, errs[1] = strconv.Atoi(fields[1])
	var ticks [4]time.Duration
	for i := range ticks { // user, system, and both of the children
		n, err := strconv.Atoi(fields[11+i])
		ticks[i], errs[2+i] = time.Duration(n)*tick, err
	}
	return pid, parent, ticks[0] + ticks[1], ticks[2] + ticks[3], errors.Join(errs[:]...)
}

// tick is Linux's USER_HZ.
const tick = 10 * time.Millisecond
