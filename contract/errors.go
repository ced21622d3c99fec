package contract

// The types of the errors that cross a process, one for each decision that a caller can take. Their messages name
// identifiers only: what a failure says is kept in histories, so the inner text goes to the log instead.
const (
	// ErrTypeNoSuchCase: the database does not know the case. Trying again does not help.
	ErrTypeNoSuchCase = "NoSuchCase"
	// ErrTypeUnavailable: the database does not answer now. Try again.
	ErrTypeUnavailable = "Unavailable"
	// ErrTypeBehind: the row is behind what its run has seen, so the database was restored to an older point. The run stands
	// still until the right row is back, or an operator terminates it and so accepts the row as it is.
	ErrTypeBehind = "RowBehind"
	// ErrTypeStep: a step failed and was rolled back. Try again; an operator looks at the log meanwhile.
	ErrTypeStep = "StepFailed"
	// ErrTypeUnknownTransfer: the provider does not say what became of a transfer. Ask again, never assume.
	ErrTypeUnknownTransfer = "TransferUnknown"
	// ErrTypeTransfer: a transfer could not be carried out or reported. Try again.
	ErrTypeTransfer = "TransferFailed"
	// ErrTypeScan: a file could not be scanned or its scan not be reported. Try again.
	ErrTypeScan = "ScanFailed"
	// ErrTypeDetect: a pass of the detectors failed. Try again, or leave it to the next pass, which goes on where this one stopped.
	ErrTypeDetect = "DetectFailed"
	// ErrTypeShape: a message that is no delivery to this case. It is refused and leaves no trace.
	ErrTypeShape = "WrongShape"
)
