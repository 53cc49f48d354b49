namespace Lateen.Control.Ads;

using Lateen.Control.Registry;

/// <summary>A connected proxy and how far it follows the configuration.</summary>
/// <param name="Node">Who it is.</param>
/// <param name="ConnectionId">Names this connection among the reconnects of the same proxy.</param>
/// <param name="ConnectedAt">When the stream opened.</param>
/// <param name="AppliedVersion">The newest snapshot whose push was answered completely.</param>
/// <param name="Types">One entry per resource type, in push order.</param>
public sealed record ProxyStatus(
    ProxyNode Node, string ConnectionId, DateTimeOffset ConnectedAt, long AppliedVersion, IReadOnlyList<TypeStatus> Types)
{
    /// <summary>The text of the last refusal that is still standing, or null.</summary>
    public string? Error => Types.Select(type => type.Error).FirstOrDefault(error => error is not null);
}
