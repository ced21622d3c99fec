package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// frontendService is the name under which the server reports the health of its API.
const frontendService = "temporal.api.workflowservice.v1.WorkflowService"

// pollInterval is how often a start that waits looks again.
const pollInterval = 5 * time.Millisecond

// waitServing returns when the API says that it serves.
func waitServing(ctx context.Context, hostPort string) (err error) {
	conn, err := grpc.NewClient(hostPort, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	health := healthpb.NewHealthClient(conn)
	return poll(ctx, func() error {
		answer, err := health.Check(ctx, &healthpb.HealthCheckRequest{Service: frontendService}, grpc.WaitForReady(true))
		if err != nil {
			return err
		}
		if answer.Status != healthpb.HealthCheckResponse_SERVING {
			return fmt.Errorf("its health is %s", answer.Status)
		}
		return nil
	})
}

// poll tries until it works, and returns the last error when the context ends.
func poll(ctx context.Context, try func() error) error {
	again := time.NewTicker(pollInterval)
	defer again.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-again.C:
		}
	}
}
