package worker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"recourse/contract"
)

// ErrUnchecked says that a namespace does not tell its search attributes to this caller.
var ErrUnchecked = errors.New("the search attributes of the namespace cannot be looked at")

// CheckNamespace sees that a namespace has the search attributes of every case. Without one of them no case can start, and the
// engine says so to nobody but each start. What is missing is named, all of it, with how it is made. Where the engine does not let
// this caller look, it is ErrUnchecked.
func CheckNamespace(ctx context.Context, engine client.Client, namespace string) error {
	has, err := engine.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	unknown, denied := new(serviceerror.Unimplemented), new(serviceerror.PermissionDenied)
	switch {
	case errors.As(err, &unknown), errors.As(err, &denied):
		return fmt.Errorf("%w: %w", ErrUnchecked, err)
	case err != nil:
		return fmt.Errorf("look at the search attributes of the namespace %s: %w", namespace, err)
	}
	wanted := contract.SearchAttributes()
	var missing, others, remedies []string
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		switch is, there := has.GetCustomAttributes()[name]; {
		case !there:
			missing = append(missing, name)
			remedies = append(remedies, fmt.Sprintf("temporal operator search-attribute create --namespace %s --name %s --type %s", namespace, name, wanted[name]))
		case is != wanted[name]:
			others = append(others, fmt.Sprintf("%s is %s and must be %s", name, is, wanted[name]))
		}
	}
	switch {
	case len(missing) > 0:
		others = append([]string{"it has no search attribute " + strings.Join(missing, ", ")}, others...)
		return fmt.Errorf("no case can start in the namespace %s: %s. Make them:\n%s", namespace, strings.Join(others, "; "), strings.Join(remedies, "\n"))
	case len(others) > 0:
		return fmt.Errorf("no case can start in the namespace %s: the search attribute %s", namespace, strings.Join(others, ", "))
	}
	return nil
}
