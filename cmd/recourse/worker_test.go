package main

import (
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"recourse/contract"
)

// namespaces is as much of an engine as says that it is there, and tells its search attributes.
type namespaces struct {
	workflowservice.UnimplementedWorkflowServiceServer
	operatorservice.UnimplementedOperatorServiceServer
	has   map[string]enumspb.IndexedValueType
	err   error
	asked string
}

func (n *namespaces) ListSearchAttributes(_ context.Context, r *operatorservice.ListSearchAttributesRequest) (*operatorservice.ListSearchAttributesResponse, error) {
	n.asked = r.Namespace
	return &operatorservice.ListSearchAttributesResponse{CustomAttributes: n.has}, n.err
}

func (n *namespaces) GetSystemInfo(context.Context, *workflowservice.GetSystemInfoRequest) (*workflowservice.GetSystemInfoResponse, error) {
	return &workflowservice.GetSystemInfoResponse{}, nil
}

func TestAWorkerDoesNotStartWhereNoCaseCouldStart(t *testing.T) {
	engine := &namespaces{}
	server := grpc.NewServer()
	operatorservice.RegisterOperatorServiceServer(server, engine)
	workflowservice.RegisterWorkflowServiceServer(server, engine)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	defer func() { server.Stop(); require.NoError(t, <-served) }()

	s := configured(t)
	s.Files = t.TempDir()
	t.Setenv("TEMPORAL_ADDRESS", listener.Addr().String())
	t.Setenv("TEMPORAL_NAMESPACE", "shop")
	_, err = run(t, "migrate")
	require.NoError(t, err)

	engine.has = contract.SearchAttributes()
	delete(engine.has, "RecourseKind")
	delete(engine.has, "RecourseAmount")
	engine.has["RecourseSeller"] = enumspb.INDEXED_VALUE_TYPE_TEXT
	err = runWorker(t.Context(), s)
	require.ErrorContains(t, err, "no case can start in the namespace shop: it has no search attribute RecourseAmount, RecourseKind; RecourseSeller is Text and must be Keyword")
	require.ErrorContains(t, err, "\ntemporal operator search-attribute create --namespace shop --name RecourseAmount --type Int")
	require.Equal(t, "shop", engine.asked)

	engine.has = contract.SearchAttributes()
	engine.has["RecourseAmount"] = enumspb.INDEXED_VALUE_TYPE_DOUBLE
	require.ErrorContains(t, runWorker(t.Context(), s), "the search attribute RecourseAmount is Double and must be Int")

	engine.err = status.Error(codes.NotFound, "there is no namespace shop")
	require.ErrorContains(t, runWorker(t.Context(), s), "there is no namespace shop")

	logger := newLogger(s)
	c, err := dial(t.Context(), logger)
	require.NoError(t, err)
	defer c.Close()
	engine.err = status.Error(codes.PermissionDenied, "not for you")
	require.NoError(t, checkNamespace(t.Context(), c, logger), "who may not look works all the same")
	engine.err, engine.has = nil, contract.SearchAttributes()
	engine.has["TheirOwn"] = enumspb.INDEXED_VALUE_TYPE_TEXT
	require.NoError(t, checkNamespace(t.Context(), c, logger))
}
