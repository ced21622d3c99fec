package engine

import (
	"fmt"
	"maps"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/temporal"
)

const clusterName = "active"

// overrides are the settings in which this server differs from the default.
var overrides = map[string]any{
	// Rate limits: here one tenant has one machine, whose cores are the limit, and a test must not wait because
	// another one made a list.
	"frontend.namespaceRPS.visibility": 1000, // the default is 10 lists a second
	"frontend.namespaceRPS":            20000,
	"frontend.rps":                     20000,
	"frontend.persistenceMaxQPS":       20000,
	"history.rps":                      50000,
	"history.persistenceMaxQPS":        50000,
	"matching.rps":                     50000,
	"matching.persistenceMaxQPS":       20000,
	// The server looks at each queue of a shard at most 20 times a second. That is for hundreds of shards on a host: on
	// the few here, starts, signals and timers that come one after the other would take 50 ms each instead of 10.
	"history.transferProcessorMaxPollRPS":   2000,
	"history.timerProcessorMaxPollRPS":      2000,
	"history.visibilityProcessorMaxPollRPS": 2000,
	"history.outboundProcessorMaxPollRPS":   2000,

	// One partition of a task queue instead of four: there is one host to spread over, tasks and pollers meet without
	// being forwarded, and a stop soon after the start need not wait two seconds for the other three to load.
	"matching.numTaskqueueReadPartitions":  1,
	"matching.numTaskqueueWritePartitions": 1,

	// Housekeeping for clusters that run for months. The server never stops the workers behind these three: without
	// them a stopped engine leaves few goroutines, and its frontend need not wait a second for their polls.
	"worker.taskQueueScannerEnabled":       false,
	"worker.historyScannerEnabled":         false,
	"system.enableParentClosePolicyWorker": false, // the policy itself still holds, done by the history service
}

// serverConfig is what a configuration file would hold.
func serverConfig(st store, p ports) *config.Config {
	var c config.Config
	c.Persistence = st.persistence()
	c.ClusterMetadata = &cluster.Config{
		FailoverVersionIncrement: 10,
		MasterClusterName:        clusterName,
		CurrentClusterName:       clusterName,
		ClusterInformation: map[string]cluster.ClusterInformation{
			clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: address(p.frontend)},
		},
	}
	c.DCRedirectionPolicy.Policy = "noop"
	c.Services = map[string]config.Service{
		string(primitives.FrontendService): listenOn(p.frontend),
		string(primitives.HistoryService):  listenOn(p.history),
		string(primitives.MatchingService): listenOn(p.matching),
		string(primitives.WorkerService):   listenOn(p.worker),
	}
	c.PublicClient.HostPort = address(p.frontend)
	c.Archival.History.State = config.ArchivalDisabled
	c.Archival.Visibility.State = config.ArchivalDisabled
	c.NamespaceDefaults.Archival.History.State = config.ArchivalDisabled
	c.NamespaceDefaults.Archival.Visibility.State = config.ArchivalDisabled
	return &c
}

func listenOn(port int) config.Service {
	return config.Service{RPC: config.RPC{GRPCPort: port, BindOnIP: loopback}}
}

func newServer(c *config.Config, extra map[string]any, logger *serverLogger) (temporal.Server, error) {
	authorizer, err := authorization.GetAuthorizerFromConfig(&c.Global.Authorization)
	if err != nil {
		return nil, fmt.Errorf("make Temporal's authorizer: %w", err)
	}
	claims, err := authorization.GetClaimMapperFromConfig(&c.Global.Authorization, logger)
	if err != nil {
		return nil, fmt.Errorf("make Temporal's claim mapper: %w", err)
	}
	server, err := temporal.NewServer(
		temporal.WithConfig(c),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(staticHosts(c)),
		temporal.WithLogger(logger),
		temporal.WithAuthorizer(authorizer),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return claims }),
		temporal.WithDynamicConfigClient(dynamicSettings(extra)),
	)
	if err != nil {
		return nil, fmt.Errorf("make the Temporal server: %w", err)
	}
	return server, nil
}

// staticHosts tells the services where the others are, so that no gossip is needed: one more listener each, and a
// ring that has to form before the first call succeeds.
func staticHosts(c *config.Config) map[primitives.ServiceName]static.Hosts {
	hosts := make(map[primitives.ServiceName]static.Hosts, len(c.Services))
	for name, service := range c.Services {
		hosts[primitives.ServiceName(name)] = static.SingleLocalHost(address(service.RPC.GRPCPort))
	}
	return hosts
}

func dynamicSettings(extra map[string]any) dynamicconfig.StaticClient {
	settings := maps.Clone(overrides)
	maps.Copy(settings, extra)
	client := make(dynamicconfig.StaticClient, len(settings))
	for key, value := range settings {
		client[dynamicconfig.MakeKey(key)] = value
	}
	return client
}
