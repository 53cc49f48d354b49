namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;

/// <summary>How long requests may take.</summary>
public sealed record HttpRouteTimeouts
{
    [Description("The whole call; 0s means no limit.")]
    public TimeSpan? Request { get; init; }

    [Description("One try.")]
    public TimeSpan? BackendRequest { get; init; }
}
