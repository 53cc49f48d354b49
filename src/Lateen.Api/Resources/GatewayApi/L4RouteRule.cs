namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>One rule for connections.</summary>
public sealed record L4RouteRule
{
    [Description("A name for the rule.")]
    public string Name { get; init; } = "";

    [Description("Where connections go.")]
    public ValueList<BackendReference> BackendRefs { get; init; } = [];
}
