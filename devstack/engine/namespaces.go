package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	persistencespb "go.temporal.io/server/api/persistence/v1"
	"go.temporal.io/server/common"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/persistence"
	"go.temporal.io/server/common/persistence/serialization"
	serversql "go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/resolver"
	"go.temporal.io/server/common/searchattribute/sadefs"
	"google.golang.org/protobuf/types/known/durationpb"
)

// retention is how long a closed workflow can still be looked at.
const retention = 72 * time.Hour

// registerNamespaces writes namespaces and their search attributes into the store before the server starts, so that
// both are there at the first call. Registered through a running server they become visible when its caches next
// look, seconds later.
func registerNamespaces(
	ctx context.Context, st store, names []string, attributes map[string]enumspb.IndexedValueType, logger *serverLogger,
) error {
	main := st.persistence().DataStores[mainStore].SQL
	serializer := serialization.NewSerializer()
	factory := serversql.NewFactory(*main, resolver.NewNoopResolver(), clusterName, logger,
		metrics.NoopMetricsHandler, serializer)
	defer factory.Close()
	rows, err := factory.NewMetadataStore()
	if err != nil {
		return fmt.Errorf("open Temporal's namespaces: %w", err)
	}
	manager := persistence.NewMetadataManagerImpl(rows, serializer, logger, clusterName)
	defer manager.Close()

	for _, name := range names {
		if err := registerNamespace(ctx, manager, name, attributes); err != nil {
			return fmt.Errorf("register namespace %q: %w", name, err)
		}
	}
	return nil
}

func registerNamespace(
	ctx context.Context, manager persistence.MetadataManager, name string, attributes map[string]enumspb.IndexedValueType,
) error {
	found, err := manager.GetNamespace(ctx, &persistence.GetNamespaceRequest{Name: name})
	var missing *serviceerror.NamespaceNotFound
	if errors.As(err, &missing) {
		namespace := newNamespace(name)
		if _, err := addSearchAttributes(namespace.Config, attributes); err != nil {
			return err
		}
		_, err := manager.CreateNamespace(ctx, &persistence.CreateNamespaceRequest{Namespace: namespace})
		return err
	}
	if err != nil {
		return err
	}
	changed, err := addSearchAttributes(found.Namespace.Config, attributes)
	if err != nil || !changed {
		return err
	}
	version, err := manager.GetMetadata(ctx)
	if err != nil {
		return fmt.Errorf("read the version of all namespaces: %w", err)
	}
	found.Namespace.ConfigVersion++
	return manager.UpdateNamespace(ctx, &persistence.UpdateNamespaceRequest{
		Namespace:           found.Namespace,
		IsGlobalNamespace:   found.IsGlobalNamespace,
		NotificationVersion: version.NotificationVersion,
	})
}

func newNamespace(name string) *persistencespb.NamespaceDetail {
	return &persistencespb.NamespaceDetail{
		Info: &persistencespb.NamespaceInfo{
			Id:    uuid.NewString(),
			Name:  name,
			State: enumspb.NAMESPACE_STATE_REGISTERED,
		},
		Config: &persistencespb.NamespaceConfig{
			Retention:               durationpb.New(retention),
			HistoryArchivalState:    enumspb.ARCHIVAL_STATE_DISABLED,
			VisibilityArchivalState: enumspb.ARCHIVAL_STATE_DISABLED,
		},
		ReplicationConfig: &persistencespb.NamespaceReplicationConfig{
			ActiveClusterName: clusterName,
			Clusters:          []string{clusterName},
		},
		FailoverVersion:             common.EmptyVersion,
		FailoverNotificationVersion: -1,
	}
}

// addSearchAttributes gives each attribute that is not there a free column of its type, and tells whether it gave any.
// The SQL stores have a fixed number of columns for each type, and a namespace names them.
func addSearchAttributes(c *persistencespb.NamespaceConfig, attributes map[string]enumspb.IndexedValueType) (bool, error) {
	types := sadefs.GetDBIndexSearchAttributes(nil).CustomSearchAttributes
	columns := slices.Sorted(maps.Keys(types))
	columnOf := make(map[string]string, len(c.CustomSearchAttributeAliases))
	for column, attribute := range c.CustomSearchAttributeAliases {
		columnOf[attribute] = column
	}
	changed := false
	for _, attribute := range slices.Sorted(maps.Keys(attributes)) {
		wanted := attributes[attribute]
		if column, ok := columnOf[attribute]; ok {
			if types[column] != wanted {
				return false, fmt.Errorf("search attribute %s is %s already, not %s", attribute, types[column], wanted)
			}
			continue
		}
		free := slices.IndexFunc(columns, func(column string) bool {
			_, taken := c.CustomSearchAttributeAliases[column]
			return types[column] == wanted && !taken
		})
		if free < 0 {
			return false, fmt.Errorf("search attribute %s: no column of type %s is left", attribute, wanted)
		}
		if c.CustomSearchAttributeAliases == nil {
			c.CustomSearchAttributeAliases = make(map[string]string)
		}
		c.CustomSearchAttributeAliases[columns[free]] = attribute
		changed = true
	}
	return changed, nil
}
