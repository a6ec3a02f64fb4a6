package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// Local is command:local:Command.
type Local struct{}

// LocalInputs adds what only a local process has.
type LocalInputs struct {
	Inputs
	Dir         *string   `pulumi:"dir,optional"`
	Interpreter *[]string `pulumi:"interpreter,optional"`
}

// LocalState is what Pulumi records.
type LocalState struct {
	LocalInputs
	Outputs
}

// Annotate gives the resource its token.
func (l *Local) Annotate(a infer.Annotator) { a.SetToken("local", "Command") }

// Create runs `create`; without one the resource is only its inputs.
func (*Local) Create(ctx context.Context, req infer.CreateRequest[LocalInputs]) (infer.CreateResponse[LocalState], error) {
	id, err := newID(req.Name)
	state := LocalState{LocalInputs: req.Inputs}
	if err == nil && !req.DryRun && req.Inputs.Create != nil {
		state.Outputs, err = runLocal(ctx, *req.Inputs.Create, &req.Inputs, Outputs{})
	}
	return infer.CreateResponse[LocalState]{ID: id, Output: state}, err
}

// Update runs `update`, else `create`.
func (*Local) Update(ctx context.Context, req infer.UpdateRequest[LocalInputs, LocalState]) (infer.UpdateResponse[LocalState], error) {
	state := LocalState{LocalInputs: req.Inputs, Outputs: req.State.Outputs}
	var err error
	if script := req.Inputs.onUpdate(); !req.DryRun && script != nil {
		state.Outputs, err = runLocal(ctx, *script, &req.Inputs, req.State.Outputs)
	}
	return infer.UpdateResponse[LocalState]{Output: state}, err
}

// Delete runs `delete` as it was recorded.
func (*Local) Delete(ctx context.Context, req infer.DeleteRequest[LocalState]) (infer.DeleteResponse, error) {
	if req.State.Delete == nil {
		return infer.DeleteResponse{}, nil
	}
	_, err := runLocal(ctx, *req.State.Delete, &req.State.LocalInputs, req.State.Outputs)
	return infer.DeleteResponse{}, err
}

// How long a cancelled command may clean up before it is killed.
const grace = 10 * time.Second

var running sync.Map // process group id → nothing

func runLocal(ctx context.Context, script string, in *LocalInputs, previous Outputs) (Outputs, error) {
	argv := []string{"/bin/sh", "-c"}
	if in.Interpreter != nil && len(*in.Interpreter) > 0 {
		argv = *in.Interpreter
	}
	argv = append(append([]string{}, argv...), script)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return endGroup(cmd.Process.Pid) }
	cmd.WaitDelay = 2 * grace
	if in.Dir != nil {
		cmd.Dir = *in.Dir
	}
	cmd.Env = os.Environ()
	for name, value := range in.environment(previous) {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if in.Stdin != nil {
		cmd.Stdin = strings.NewReader(*in.Stdin)
	}
	output := newCapture(ctx, &in.Inputs)
	cmd.Stdout, cmd.Stderr = output.stdout, output.stderr
	err := cmd.Start()
	if err == nil {
		running.Store(cmd.Process.Pid, nil)
		err = cmd.Wait()
		running.Delete(cmd.Process.Pid)
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		err = errors.New("a background process holds the command's output: redirect its stdin, stdout and stderr")
	}
	return output.finish(script, err)
}

// endGroup asks a command and its children to stop, and kills what is left after the grace time.
func endGroup(group int) error {
	time.AfterFunc(grace, func() { _ = syscall.Kill(-group, syscall.SIGKILL) })
	return syscall.Kill(-group, syscall.SIGTERM)
}

// endAll ends every command before the plugin itself ends.
func endAll() {
	deadline := time.Now().Add(grace)
	for signal := syscall.SIGTERM; ; {
		left := 0
		running.Range(func(group, _ any) bool {
			if syscall.Kill(-group.(int), 0) == nil {
				left++
				_ = syscall.Kill(-group.(int), signal)
			}
			return true
		})
		if left == 0 || signal == syscall.SIGKILL {
			return
		}
		if time.Now().After(deadline) {
			signal = syscall.SIGKILL
		}
		time.Sleep(50 * time.Millisecond)
	}
}
