namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;

/// <summary>Changes host or path before forwarding.</summary>
public sealed record RewriteFilter
{
    [Description("The new host.")]
    public string Hostname { get; init; } = "";

    [Description("The new path.")]
    public PathModifier? Path { get; init; }
}
