package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// Remote is command:remote:Command.
type Remote struct{}

// Endpoint is one ssh server and how to log in.
type Endpoint struct {
	Host               string   `pulumi:"host"`
	Port               *float64 `pulumi:"port,optional"`
	User               *string  `pulumi:"user,optional"`
	Password           *string  `pulumi:"password,optional"`
	PrivateKey         *string  `pulumi:"privateKey,optional"`
	PrivateKeyPassword *string  `pulumi:"privateKeyPassword,optional"`
	AgentSocketPath    *string  `pulumi:"agentSocketPath,optional"`
	HostKey            *string  `pulumi:"hostKey,optional"`
	DialErrorLimit     *int     `pulumi:"dialErrorLimit,optional"`
	PerDialTimeout     *int     `pulumi:"perDialTimeout,optional"`
}

// Connection is an endpoint, perhaps reached through another.
type Connection struct {
	Endpoint
	Proxy *Endpoint `pulumi:"proxy,optional"`
}

// RemoteInputs adds the connection.
type RemoteInputs struct {
	Inputs
	Connection *Connection `pulumi:"connection" provider:"secret"`
}

// RemoteState is what Pulumi records.
type RemoteState struct {
	RemoteInputs
	Outputs
}

// Annotate gives the resource its token.
func (r *Remote) Annotate(a infer.Annotator) { a.SetToken("remote", "Command") }

// Create runs `create`; without one the resource is only its inputs.
func (*Remote) Create(ctx context.Context, req infer.CreateRequest[RemoteInputs]) (infer.CreateResponse[RemoteState], error) {
	id, err := newID(req.Name)
	state := RemoteState{RemoteInputs: req.Inputs}
	if err == nil && !req.DryRun && req.Inputs.Create != nil {
		state.Outputs, err = runRemote(ctx, *req.Inputs.Create, &req.Inputs, Outputs{})
	}
	return infer.CreateResponse[RemoteState]{ID: id, Output: state}, err
}

// Update runs `update`, else `create`.
func (*Remote) Update(ctx context.Context, req infer.UpdateRequest[RemoteInputs, RemoteState]) (infer.UpdateResponse[RemoteState], error) {
	state := RemoteState{RemoteInputs: req.Inputs, Outputs: req.State.Outputs}
	var err error
	if script := req.Inputs.onUpdate(); !req.DryRun && script != nil {
		state.Outputs, err = runRemote(ctx, *script, &req.Inputs, req.State.Outputs)
	}
	return infer.UpdateResponse[RemoteState]{Output: state}, err
}

// Delete runs `delete` as it was recorded, over the recorded connection.
func (*Remote) Delete(ctx context.Context, req infer.DeleteRequest[RemoteState]) (infer.DeleteResponse, error) {
	if req.State.Delete == nil {
		return infer.DeleteResponse{}, nil
	}
	_, err := runRemote(ctx, *req.State.Delete, &req.State.RemoteInputs, req.State.Outputs)
	return infer.DeleteResponse{}, err
}

func runRemote(ctx context.Context, script string, in *RemoteInputs, previous Outputs) (Outputs, error) {
	client, err := in.Connection.dial(ctx)
	if err != nil {
		return Outputs{}, err
	}
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		return Outputs{}, err
	}
	defer session.Close()
	for name, value := range in.environment(previous) {
		if err := session.Setenv(name, value); err != nil {
			if strings.HasPrefix(name, "PULUMI_COMMAND_") {
				p.GetLogger(ctx).Debugf("the ssh server does not take %s", name)
				continue
			}
			return Outputs{}, fmt.Errorf("the ssh server does not take the variable %s (AcceptEnv in its sshd_config): %w", name, err)
		}
	}
	if in.Stdin != nil {
		session.Stdin = strings.NewReader(*in.Stdin)
	}
	output := newCapture(ctx, &in.Inputs)
	session.Stdout, session.Stderr = output.stdout, output.stderr
	stop := context.AfterFunc(ctx, func() {
		_ = session.Signal(ssh.SIGTERM)
		_ = client.Close()
	})
	defer stop()
	err = session.Run(script)
	if errors.Is(err, io.EOF) {
		err = nil // it ended well without reading its stdin
	}
	return output.finish(script, err)
}

// dial tries until it succeeds, the error limit is reached (default 10, -1 for none) or the run is cancelled.
func (c *Connection) dial(ctx context.Context) (*ssh.Client, error) {
	limit := or(c.DialErrorLimit, 10)
	for failures := 0; ; {
		client, err := c.dialOnce()
		if err == nil {
			return client, nil
		}
		if failures++; limit >= 0 && failures > limit {
			return nil, fmt.Errorf("ssh to %s: %w", c.Host, err)
		}
		p.GetLogger(ctx).InfoStatusf("Dial %d failed: %s", failures, err)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(min(time.Duration(failures)*500*time.Millisecond, 5*time.Second)):
		}
	}
}

func (c *Connection) dialOnce() (*ssh.Client, error) {
	config, err := c.config()
	if err != nil {
		return nil, err
	}
	if c.Proxy == nil {
		return ssh.Dial("tcp", c.address(), config)
	}
	proxyConfig, err := c.Proxy.config()
	if err != nil {
		return nil, err
	}
	proxy, err := ssh.Dial("tcp", c.Proxy.address(), proxyConfig)
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	conn, err := proxy.Dial("tcp", c.address())
	if err == nil {
		var channels <-chan ssh.NewChannel
		var requests <-chan *ssh.Request
		var inner ssh.Conn
		if inner, channels, requests, err = ssh.NewClientConn(conn, c.address(), config); err == nil {
			go func() { _ = inner.Wait(); _ = proxy.Close() }()
			return ssh.NewClient(inner, channels, requests), nil
		}
	}
	_ = proxy.Close()
	return nil, err
}

func (e *Endpoint) address() string {
	return net.JoinHostPort(e.Host, strconv.Itoa(int(or(e.Port, 22))))
}

func (e *Endpoint) config() (*ssh.ClientConfig, error) {
	config := &ssh.ClientConfig{
		User:            or(e.User, "root"),
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), // as 1.2.1 does without hostKey
		Timeout:         time.Duration(or(e.PerDialTimeout, 15)) * time.Second,
	}
	if e.HostKey != nil {
		key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(*e.HostKey))
		if err != nil {
			return nil, fmt.Errorf("hostKey: %w", err)
		}
		config.HostKeyCallback = ssh.FixedHostKey(key)
		config.HostKeyAlgorithms = []string{key.Type()}
	}
	if e.PrivateKey != nil {
		signer, err := parseKey(*e.PrivateKey, e.PrivateKeyPassword)
		if err != nil {
			return nil, fmt.Errorf("privateKey: %w", err)
		}
		config.Auth = append(config.Auth, ssh.PublicKeys(signer))
	}
	if e.Password != nil {
		answer := func(_, _ string, questions []string, _ []bool) ([]string, error) {
			answers := make([]string, len(questions))
			for i := range answers {
				answers[i] = *e.Password
			}
			return answers, nil
		}
		config.Auth = append(config.Auth, ssh.Password(*e.Password), ssh.KeyboardInteractive(answer))
	}
	if socket := or(e.AgentSocketPath, os.Getenv("SSH_AUTH_SOCK")); socket != "" {
		conn, err := net.Dial("unix", socket)
		if err != nil {
			return nil, fmt.Errorf("ssh agent: %w", err)
		}
		config.Auth = append(config.Auth, ssh.PublicKeysCallback(agent.NewClient(conn).Signers))
	}
	return config, nil
}

func parseKey(text string, password *string) (ssh.Signer, error) {
	if password != nil {
		return ssh.ParsePrivateKeyWithPassphrase([]byte(text), []byte(*password))
	}
	return ssh.ParsePrivateKey([]byte(text))
}

func or[T any](value *T, fallback T) T {
	if value == nil {
		return fallback
	}
	return *value
}
