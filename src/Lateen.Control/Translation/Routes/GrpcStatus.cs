namespace Lateen.Control.Translation.Routes;

using System.Diagnostics.CodeAnalysis;
using System.Globalization;

/// <summary>Names of gRPC statuses, in the order of their numbers.</summary>
internal static class GrpcStatus
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE",
        "DATA_LOSS", "UNAUTHENTICATED",
    ];

    /// <summary>A name or a number from 0 to 16.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out uint status)
    {
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out status))
        {
            return status < Names.Count;
        }

        for (int i = 0; i < Names.Count; i++)
        {
            if (Names[i] == text)
            {
                status = (uint)i;
                return true;
            }
        }

        return false;
    }
}
