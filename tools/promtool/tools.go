//go:build tools

// Package tools pins promtool, which the tests of the alert rules build where it can't be found.
package tools

import _ "github.com/prometheus/prometheus/cmd/promtool"
