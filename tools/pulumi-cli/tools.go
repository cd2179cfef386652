//go:build tools

// Package tools pins the Pulumi CLI that `npm run setup` builds where it can't be found or downloaded.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
