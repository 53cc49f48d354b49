namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;

/// <summary>The body (or query) of a DELETE.</summary>
internal sealed record DeleteOptions(long? GracePeriodSeconds, string? PropagationPolicy, string? Uid, string? ResourceVersion)
{
    public static readonly DeleteOptions Default = new(null, null, null, null);

    public static DeleteOptions Read(JsonObject? body)
    {
        if (body is null)
        {
            return Default;
        }

        string? policy = body.Str("propagationPolicy") ?? (body.Bool("orphanDependents") ? "Orphan" : null);
        return new DeleteOptions(body.Int("gracePeriodSeconds"), policy, body.Str("preconditions", "uid"),
            body.Str("preconditions", "resourceVersion"));
    }
}
