namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>When a failed try is repeated.</summary>
public sealed record RouteRetry
{
    [Description("Status codes of answers that are tried again.")]
    public ValueList<int> Codes { get; init; } = [];

    [Description("How many further tries.")]
    public int? Attempts { get; init; }

    [Description("The least wait between tries.")]
    public TimeSpan? Backoff { get; init; }
}
