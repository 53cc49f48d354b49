namespace Lateen.Proxy.Formatting;

/// <summary>%GRPC_STATUS%: the status of a gRPC call by its name (CamelCase or SNAKE_CASE) or number.</summary>
internal sealed class GrpcStatusOperator : FormatOperator
{
    private static readonly string[] Camel =
    [
        "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied",
        "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss",
        "Unauthenticated",
    ];

    private static readonly string[] Snake =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
        "UNAUTHENTICATED",
    ];

    // Null writes the number.
    private readonly string[]? _names;

    /// <exception cref="FormatException">The way to write it is not known.</exception>
    public GrpcStatusOperator(string form) => _names = form switch
    {
        "" or "CAMEL_STRING" => Camel,
        "SNAKE_STRING" => Snake,
        "NUMBER" => null,
        _ => throw new FormatException($"GRPC_STATUS({form}) takes CAMEL_STRING, SNAKE_STRING or NUMBER"),
    };

    public override bool IsNumber => _names is null;

    public override bool TryWrite(FormatBuffer buffer, in FormatInput input)
    {
        int status = input.Info.GrpcStatus;
        if (status < 0)
        {
            return false;
        }

        if (_names is not null && status < _names.Length)
        {
            buffer.Append(_names[status]);
        }
        else
        {
            buffer.Append(status);
        }

        return true;
    }
}
