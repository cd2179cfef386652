//go:build tools

// Package tools pins the Node.js language host, which lives in a module of its own with another SDK version.
package tools

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
