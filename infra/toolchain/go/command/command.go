package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Inputs that local and remote commands share.
type Inputs struct {
	Create                 *string            `pulumi:"create,optional"`
	Update                 *string            `pulumi:"update,optional"`
	Delete                 *string            `pulumi:"delete,optional"`
	Triggers               []any              `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Environment            *map[string]string `pulumi:"environment,optional"`
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *Logging           `pulumi:"logging,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
}

// Outputs are the last command's output without the final newline.
type Outputs struct {
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// Logging says which of the command's streams appear in Pulumi's log.
type Logging string

// Values lists the choices for the schema.
func (Logging) Values() []infer.EnumValue[Logging] {
	return []infer.EnumValue[Logging]{{Value: "stdout"}, {Value: "stderr"}, {Value: "stdoutAndStderr"}, {Value: "none"}}
}

func (in *Inputs) logs(stream string) bool {
	return in.Logging == nil || *in.Logging == Logging(stream) || *in.Logging == "stdoutAndStderr"
}

// onUpdate is the script of an update: `update`, else `create` again.
func (in *Inputs) onUpdate() *string {
	if in.Update != nil {
		return in.Update
	}
	return in.Create
}

// environment is what the user set, then the previous output unless that was declined.
func (in *Inputs) environment(previous Outputs) map[string]string {
	env := map[string]string{}
	if in.Environment != nil {
		for name, value := range *in.Environment {
			env[name] = value
		}
	}
	if in.AddPreviousOutputInEnv == nil || *in.AddPreviousOutputInEnv {
		if previous.Stdout != "" {
			env["PULUMI_COMMAND_STDOUT"] = previous.Stdout
		}
		if previous.Stderr != "" {
			env["PULUMI_COMMAND_STDERR"] = previous.Stderr
		}
	}
	return env
}

func newID(name string) (string, error) { return resource.NewUniqueHex(name, 8, 0) }

// capture keeps both streams apart for the outputs and together for an error, and logs line by line.
type capture struct {
	mu             sync.Mutex
	both           bytes.Buffer
	stdout, stderr *stream
}

type stream struct {
	all     *capture
	text    bytes.Buffer
	pending string
	log     func(string) // nil: not logged
}

func newCapture(ctx context.Context, in *Inputs) *capture {
	c := &capture{}
	open := func(name string) *stream {
		s := &stream{all: c}
		if in.logs(name) {
			s.log = p.GetLogger(ctx).Info
		}
		return s
	}
	c.stdout, c.stderr = open("stdout"), open("stderr")
	return c
}

func (s *stream) Write(data []byte) (int, error) {
	s.all.mu.Lock()
	defer s.all.mu.Unlock()
	s.text.Write(data)
	s.all.both.Write(data)
	if s.log != nil {
		lines := strings.Split(s.pending+string(data), "\n")
		for _, line := range lines[:len(lines)-1] {
			s.log(line)
		}
		s.pending = lines[len(lines)-1]
	}
	return len(data), nil
}

// finish flushes the last line and turns a failure into an error that shows the command and what it printed.
func (c *capture) finish(script string, err error) (Outputs, error) {
	for _, s := range []*stream{c.stdout, c.stderr} {
		if s.log != nil && s.pending != "" {
			s.log(s.pending)
		}
	}
	if err != nil {
		return Outputs{}, fmt.Errorf("%w: running %q:\n%s", err, script, c.both.String())
	}
	return Outputs{
		Stdout: strings.TrimSuffix(c.stdout.text.String(), "\n"),
		Stderr: strings.TrimSuffix(c.stderr.text.String(), "\n"),
	}, nil
}
